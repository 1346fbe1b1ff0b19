// @module-tag process
// @module-tag bundles
// @module-tag dynamodb
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Local, startLocal } from '../../server/lambda-gateway/local.ts'
import { startDynalite } from '../support/dynalite.ts'
import {
  type AddressIn,
  AWAY,
  HOME,
  hasAws,
  walkAsTerraform,
  walkByCli,
} from '../support/regions-walk.ts'
import { slice, sliced } from '../support/slice.ts'
import { builtTogether } from './build-together.ts'

/** The functions of an installation in two Regions, each behind a gateway of its own: as servers do it. */

/** In `npm test` those that agree later. */
const KINDS = slice(['eventual', 'strong'] as const, (kind) => kind === 'eventual')

const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
const locals = new Map<string, Local>()
let dynalite: Awaited<ReturnType<typeof startDynalite>>
beforeAll(async () => {
  dynalite = await startDynalite()
  for (const consistency of KINDS) {
    // home first, which makes the installation
    for (const servedRegion of [HOME, AWAY]) {
      const local = await startLocal({
        ...{ host: '127.0.0.1', port: 0, data: join(folder, consistency) },
        ...{ dynamodb: dynalite.endpoint, table: `own-${consistency}`, servedRegion },
        several: {
          ...{ replicas: [HOME, AWAY], sharedTable: `shared-${consistency}`, consistency },
        },
        ...{ most: 16, code: builtTogether(), log: () => {} },
      })
      locals.set(`${consistency} ${servedRegion}`, local)
    }
  }
})
afterAll(async () => {
  await Promise.all([...locals.values()].map((local) => local.stop()))
  await dynalite.stop()
  rmSync(folder, { recursive: true })
})

describe.each(KINDS)('Functions in two Regions, %s', (consistency) => {
  const addressIn: AddressIn = (region) => {
    const local = locals.get(`${consistency} ${region}`)
    if (local?.tenant === undefined) throw new Error(`no functions in ${region}`)
    const { accessKeyId, secretAccessKey } = local.tenant
    return { url: local.address, accessKeyId, secretAccessKey }
  }

  // in `npm test` the command goes to servers
  test.skipIf(!hasAws || sliced)('the AWS CLI: replicated, used in both, promoted, deleted', () =>
    walkByCli(addressIn, folder),
  )

  test("Terraform's provider: aws_kms_key with multi_region, aws_kms_replica_key", () =>
    walkAsTerraform(addressIn))
})
