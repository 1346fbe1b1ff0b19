import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { ConfigError, readConfig } from '../../core/config.ts'
import { corsOriginsOf } from '../cors.ts'
import { onSignals } from '../signals.ts'
import type { IamIdentity } from './aws-iam.ts'
import { startLocal } from './local.ts'
import { runtimeClient } from './process.ts'
import { buildRic } from './ric.ts'

/**
 * `npm run start:lambda`: the functions as they are deployed, behind a gateway on this machine, over a
 * local DynamoDB: the one AWS_ENDPOINT_URL_DYNAMODB names, or one in memory. Settings as `npm start`.
 * `-- --router` puts the router in front, as STACK_ROUTER=on deploys it; `-- --paths-as-sent` has a
 * gateway that matches paths before it decodes them, where AWS's decodes first; `-- --operators-by-iam` has
 * operators come by AWS IAM, as STACK_OPERATORS_BY_IAM deploys it, of whom a made-up one is root.
 */
const MOST_PROCESSES = 16
const OPTIONS = ['--router', '--paths-as-sent', '--operators-by-iam']

/** A session of a role of AWS, which is nobody's, and the gateway's stand-in for AWS IAM that knows it. */
function madeUpIam(region: string) {
  const account = '123456789012'
  const role = 'operators'
  const identity = {
    accessKeyId: `ASIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    accountId: account,
    userArn: `arn:aws:sts::${account}:assumed-role/${role}/you`,
    userId: 'AROAOPERATORS:you',
  }
  const operators = `root=arn:aws:iam::${account}:role/${role}`
  const proof = randomBytes(36).toString('base64url')
  return { identity, iam: { operators, identities: [identity], region, proof } }
}

try {
  const words = process.argv.slice(2)
  const unknown = words.find((word) => !OPTIONS.includes(word))
  if (unknown !== undefined) {
    throw new ConfigError(`unknown option '${unknown}'; there are ${OPTIONS.join(', ')}`)
  }
  const config = readConfig(process.env)
  const corsOrigins = corsOriginsOf(config)
  await buildRic({
    starting: () =>
      console.log(
        "building AWS's runtime interface client, aws-lambda-ric, by npm and a C++ compiler: once, a minute or a few; the functions start then",
      ),
    waiting: () =>
      console.log(
        "waiting until another process has built AWS's runtime interface client, aws-lambda-ric: a minute or a few",
      ),
  })
  const given = process.env['AWS_ENDPOINT_URL_DYNAMODB']
  const memory = given === undefined ? await dynamodbInMemory() : undefined
  const operated = words.includes('--operators-by-iam')
    ? madeUpIam(config.servedRegion || config.region)
    : undefined
  const local = await startLocal({
    host: config.host,
    port: config.port,
    data: resolve(config.data),
    table: config.table,
    servedRegion: config.servedRegion || undefined,
    several: config.replicas.length > 0 || config.sharedTable !== '' ? config : undefined,
    dynamodb: given ?? memory?.endpoint ?? '',
    most: MOST_PROCESSES,
    router: words.includes('--router'),
    iam: operated?.iam,
    reading: words.includes('--paths-as-sent') ? 'sent' : 'decoded',
    corsOrigins,
    log: (text) => process.stdout.write(text),
  })
  onSignals(async () => {
    await local.stop()
    await memory?.stop()
  })
  const { whyNotReal } = runtimeClient()
  const { region } = config
  console.log(`tenkey's functions are ready on ${local.address}
(DynamoDB at ${given ?? `${memory?.endpoint}, in memory`}; runtime client: ${whyNotReal === undefined ? 'aws-lambda-ric' : `our own, because ${whyNotReal}`})

export AWS_ENDPOINT_URL_KMS=${local.address} AWS_ENDPOINT_URL_STS=${local.address}
export AWS_ENDPOINT_URL_IAM=${local.address}/iam
export AWS_ACCESS_KEY_ID=${local.tenant?.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${local.tenant?.secretAccessKey}
export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
${operated === undefined ? '' : asOperator(operated.identity)}`)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(`tenkey: ${error.message}`)
  process.exit(1)
}

/** How the `tenkey` command becomes the operator, in a shell of its own. */
function asOperator({ accessKeyId, secretAccessKey }: IamIdentity): string {
  return `
TENKEY_OPERATOR_BY=iam AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} npx tenkey tenant list
`
}

/** dynalite, an independent implementation of DynamoDB's protocol: a development dependency. */
async function dynamodbInMemory(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const { startDynalite } = await import('../../test/support/dynalite.ts')
  return startDynalite()
}
