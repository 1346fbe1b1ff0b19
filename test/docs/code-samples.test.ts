// @module-tag process
// @module-tag long
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AnyOperation, idOf } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'
import { type CodeSample, codeSamples } from '../../scripts/code-samples.ts'
import { runCommand } from '../support/command.ts'
import { documented } from '../support/openapi.ts'
import { sampleOf } from '../support/openapi-samples.ts'
import { NEVER_DONE } from '../support/openapi-samples-iam.ts'
import { type OpenapiWorld, openapiWorld } from '../support/openapi-world.ts'
import {
  type Environment,
  javascriptRunner,
  pythonRunner,
  type Ran,
  type SampleRunner,
  shellRunner,
} from '../support/sample-run.ts'
import { sliced } from '../support/slice.ts'

/*
 * The samples of the reference are run as they stand there, for every operation and client, with names that are there:
 * what is made for one of them is nobody else's.
 */
type Client = CodeSample['client']

/** One of how many `npm test` has; a call by the AWS CLI takes a second of a core. */
const EVERY: Readonly<Record<Client, number>> = {
  curl: 12,
  'AWS CLI': 80,
  tenkey: 12,
  JavaScript: 12,
  Python: 12,
}

/** What a client says of an operation that AWS made after it. */
const TOO_OLD = /object has no attribute|argument operation: Invalid choice/

let world: OpenapiWorld
let runners: ReadonlyMap<Client, SampleRunner>
const home = mkdtempSync(join(tmpdir(), 'code-samples-'))

beforeAll(async () => {
  world = await openapiWorld()
  // curl tells a refusal by its exit code where it is asked to
  writeFileSync(join(home, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n')
  const tenkey: SampleRunner = {
    async run(source, env) {
      const { code, stdout, stderr } = await runCommand(wordsOf(source), {
        ...env,
        TENKEY_ENDPOINT: env['AWS_ENDPOINT_URL_KMS'] ?? '',
      })
      return { printed: stdout, ...(code !== 0 && { failed: stderr }) }
    },
    stop: () => {},
  }
  runners = new Map<Client, SampleRunner>([
    ['curl', await shellRunner('curl')],
    ['AWS CLI', await shellRunner('aws')],
    ['tenkey', tenkey],
    ['JavaScript', await javascriptRunner()],
    ['Python', await pythonRunner()],
  ])
})
afterAll(async () => {
  for (const runner of runners.values()) runner.stop()
  await world.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Words of a line as a shell has them, of which single quotes alone are special. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s']+|'[^']*')+/g)]
    .map(([found]) =>
      found.replaceAll("'\\''", '\u0000').replaceAll("'", '').replaceAll('\u0000', "'"),
    )
    .slice(1)

async function environmentOf(operation: AnyOperation): Promise<Environment> {
  const { operator, tenant, callers, harness } = world
  const one = documented(idOf(operation))
  const { url } = harness.target
  const byToken = operation.proven === 'token' || operation.takes === 'aws-identity'
  const bearer = byToken
    ? await callers.proof(one, operation.takes === undefined ? 'bearer' : 'awsIdentity')
    : undefined
  const signed = await callers.proof(one, 'sigv4')
  const credential = signed.way === 'bearer' ? tenant : signed.credential
  return {
    HOME: home,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_KMS: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_IAM: `${url}/iam`,
    AWS_ACCESS_KEY_ID: credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
    TENKEY_OPERATOR_ACCESS_KEY_ID: operator.accessKeyId,
    TENKEY_OPERATOR_SECRET_ACCESS_KEY: operator.secretAccessKey,
    ...(bearer?.way === 'bearer' && {
      TOKEN: bearer.token,
      ACCOUNT: bearer.account,
      ROLE_ARN: `arn:aws:iam::${bearer.account}:role/by-token`,
    }),
  }
}

const clients = Object.keys(EVERY) as Client[]

describe.each(clients)('By %s', (client) => {
  const every = sliced ? EVERY[client] : 1
  const offset = clients.indexOf(client)
  const rows = operations
    .filter((one) => codeSamples(one, {}).some((sample) => sample.client === client))
    .filter((_, at) => at % every === offset % every)
    .map((operation) => ({ id: idOf(operation), operation }))

  test.for(rows)('$id', async ({ id, operation }, { skip }) => {
    const runner = runners.get(client)
    if (runner === undefined) throw new Error(`${client} has no runner`)
    if (runner.absent !== undefined) skip(`needs ${runner.absent}`)
    const input = await sampleOf(world, id)
    const sample = codeSamples(operation, input).find((one) => one.client === client)
    const ran: Ran = await runner.run(sample?.source ?? '', await environmentOf(operation))
    if (TOO_OLD.test(ran.failed ?? '')) skip(`this machine's ${client} does not know it yet`)
    if (NEVER_DONE.has(id)) expect(`${ran.failed}${ran.printed}`).toMatch(/404|NoSuch/)
    else expect(ran.failed, sample?.source).toBeUndefined()
  })
})
