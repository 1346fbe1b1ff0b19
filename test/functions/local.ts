import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AwsIam } from '../../server/lambda-gateway/aws-iam.ts'
import { type Local, startLocal } from '../../server/lambda-gateway/local.ts'
import type { Reading } from '../../server/lambda-gateway/routing.ts'
import { startDynalite } from '../support/dynalite.ts'
import { builtTogether } from './build-together.ts'

/** A serverless installation for tests, on a table in memory, and what its functions wrote. */
export interface TestLocal extends Local {
  readonly said: string[]
  /** the settings by which describeStores finds it */
  readonly settings: Readonly<Record<string, string>>
}

export async function startTestLocal(
  options: {
    readonly most?: number
    readonly timeout?: number
    readonly router?: boolean
    readonly reading?: Reading
    readonly corsOrigins?: readonly string[]
    /** AWS IAM in front of what operators call */
    readonly iam?: AwsIam
    /** in `npm test` too, with each function bundled as it is deployed, which takes a second for each */
    readonly asDeployed?: boolean
  } = {},
): Promise<TestLocal> {
  const { most = 6, timeout, router = false, reading = 'decoded', asDeployed = false } = options
  const { corsOrigins = [], iam } = options
  const data = mkdtempSync(join(tmpdir(), 'tenkey-lambda-'))
  const dynalite = await startDynalite()
  const said: string[] = []
  const local = await startLocal({
    host: '127.0.0.1',
    port: 0,
    data,
    table: 'tenkey',
    dynamodb: dynalite.endpoint,
    most,
    router,
    reading,
    corsOrigins,
    iam,
    code: asDeployed ? undefined : builtTogether(),
    log: (text) => said.push(text),
    ...(timeout !== undefined && { timeout }),
  })
  return {
    ...local,
    said,
    settings: {
      TENKEY_TEST_ENDPOINT: local.address,
      TENKEY_OPERATOR_ACCESS_KEY_ID: local.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: local.operator.secretAccessKey,
    },
    async stop() {
      await local.stop()
      await dynalite.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
