// @module-tag process
// @module-tag dynamodb
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'
import {
  type AddressIn,
  AWAY,
  HOME,
  hasAws,
  walkAsTerraform,
  walkByCli,
} from '../support/regions-walk.ts'
import { sliced } from '../support/slice.ts'

/**
 * The AWS CLI, and the calls of Terraform's AWS provider, with an address for each Region: servers of an installation
 * in two (over DynamoDB's protocol, where replicas agree at once), and one server of an installation that has both.
 * Functions do the same in test/functions/regions.test.ts.
 */

const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
let dynalite: Awaited<ReturnType<typeof startDynalite>>
const running: ServerProcess[] = []
/** the addresses of each kind of installation, by Region */
const installations = new Map<string, Record<string, ServerProcess>>()
const started = async (settings: Record<string, string>) => {
  const server = await startServer(settings)
  running.push(server)
  return server
}
beforeAll(async () => {
  dynalite = await startDynalite()
  for (const consistency of ['eventual', 'strong']) {
    const TENKEY_DATA = newFolder()
    const inRegion = (region: string) =>
      started({
        ...{ TENKEY_DATA, TENKEY_STORE: 'dynamodb', TENKEY_TABLE: `own-${consistency}` },
        ...{ TENKEY_SHARED_TABLE: `shared-${consistency}`, TENKEY_REPLICAS: `${HOME},${AWAY}` },
        ...{ TENKEY_REPLICAS_CONSISTENCY: consistency, TENKEY_REGION: region },
        ...{ AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint },
        ...{ AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'made-up' },
      })
    const home = await inRegion(HOME)
    installations.set(consistency, { [HOME]: home, [AWAY]: await inRegion(AWAY) })
  }
  const one = await started({ TENKEY_DATA: newFolder() })
  installations.set('one server', { [HOME]: one, [AWAY]: one })
})
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop('SIGKILL')))
  await dynalite.stop()
  removeFolders()
  rmSync(folder, { recursive: true })
})

describe.each(['eventual', 'strong', 'one server'])('%s', (kind) => {
  const addressIn: AddressIn = (region) => {
    const server = installations.get(kind)?.[region]
    if (server === undefined) throw new Error(`no server in ${region}`)
    const { url, block } = server
    return {
      url,
      accessKeyId: block['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: block['AWS_SECRET_ACCESS_KEY'] ?? '',
    }
  }

  // the command is Python, a second or two for each call
  test.skipIf(!hasAws || (sliced && kind !== 'eventual'))(
    'the AWS CLI: replicated, used in both, promoted, deleted',
    () => walkByCli(addressIn, folder),
  )

  test("Terraform's provider: aws_kms_key with multi_region, aws_kms_replica_key", () =>
    walkAsTerraform(addressIn))
})
