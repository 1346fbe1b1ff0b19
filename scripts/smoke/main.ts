import { parseArgs } from 'node:util'
import { isOperatorByIam, operatorOf } from '../../server/cli/client-settings.ts'
import { CommandError } from '../../server/cli/command.ts'
import { asking, type Credential } from './calls.ts'
import { Skipped, type Smoke } from './step.ts'
import { STEPS, tidyUp } from './steps.ts'

/**
 * `npm run smoke -- URL`: whether a deployment does what it is for, step by step, as its callers see it.
 * The operator's credential and the Region are found as the command line finds them.
 */
const USAGE =
  'npm run smoke -- URL [--operators URL] [--alarms TOPIC_ARN] [--service CLUSTER/SERVICE --task-definition ARN]'

/** The words of the command line. @throws CommandError for others than those */
function wordsGiven() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        alarms: { type: 'string' },
        operators: { type: 'string' },
        service: { type: 'string' },
        'task-definition': { type: 'string' },
      },
    })
    return { ...values, positionals }
  } catch (error) {
    throw new CommandError(`${USAGE}: ${wordsOf(error)}`)
  }
}

async function settings(): Promise<Smoke> {
  const {
    positionals,
    alarms,
    operators,
    service,
    'task-definition': taskDefinition,
  } = wordsGiven()
  const [given = '', ...more] = positionals
  if (more.length > 0 || !URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new CommandError(`${USAGE}: the URL is the service's, http:// or https://`)
  }
  if ((service === undefined) !== (taskDefinition === undefined)) {
    throw new CommandError(`${USAGE}: --service and --task-definition go together`)
  }
  const region = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || 'us-east-1'
  const url = new URL(given)
  const operator = await operatorAt(operators ?? given)
  const ask = asking(url, region)
  const named = service !== undefined && taskDefinition !== undefined
  return {
    ...{ url: given, region, operator, ask },
    ...(alarms !== undefined && { alarms }),
    ...(named && { containers: { service, taskDefinition } }),
  }
}

/** @param url where operators call who come by AWS IAM */
async function operatorAt(url: string): Promise<Credential> {
  if (!isOperatorByIam(process.env)) return operatorOf(process.env)
  if (!URL.canParse(url)) throw new CommandError(`${USAGE}: --operators is a URL`)
  const { ownAwsCredentials } = await import('../../server/cli/aws-caller.ts')
  const { accessKeyId, secretAccessKey, sessionToken } = await ownAwsCredentials()
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    gateway: new URL(url),
  }
}

/** What is wrong, in one line; fetch says it in the cause alone. */
function wordsOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: NodeJS.ErrnoException }
  const own = error instanceof Error ? error.message : String(error)
  // of several addresses that were tried it has a code alone
  const words = cause?.message || cause?.code || own
  return words.trim().replaceAll(/\s*\n\s*/g, ' ')
}

/** @throws CommandError where nothing answers at the URL */
async function seeThatItAnswers({ ask, url }: Smoke): Promise<void> {
  try {
    await ask({ line: 'GET /health' })
  } catch (error) {
    throw new CommandError(`nothing answers at ${url}: ${wordsOf(error)}`)
  }
}

/** ms; npm and the terminal both hand Ctrl-C on, so what comes this soon is the same wish */
const ONE_WISH = 1_000

/** Whether the rest is to be left: it was interrupted, or whoever read its lines (`| head`) is gone. */
function watchForTheEnd(): () => boolean {
  let since: number | undefined
  const end = () => {
    if (since !== undefined && performance.now() - since > ONE_WISH) process.exit(1)
    since ??= performance.now()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      since ??= performance.now()
    })
  }
  return () => since !== undefined
}

try {
  const smoke = await settings()
  await seeThatItAnswers(smoke)
  const ended = watchForTheEnd()
  let failed = 0
  for (const step of STEPS) {
    const { name, run } = step
    // what was made is put away all the same
    if (ended() && (step !== tidyUp || smoke.tenant === undefined)) continue
    try {
      console.log(`ok    ${name}: ${await run(smoke)}`)
    } catch (error) {
      const skipped = error instanceof Skipped
      if (!skipped) failed++
      console.log(`${skipped ? 'skip ' : 'FAIL '} ${name}: ${wordsOf(error)}`)
    }
  }
  if (ended()) {
    console.log('cut short')
    process.exitCode = 1
  } else if (failed > 0) {
    console.log(`${failed} of ${STEPS.length} steps failed`)
    process.exitCode = 1
  }
} catch (error) {
  if (!(error instanceof CommandError)) throw error
  console.error(`smoke: ${error.message}`)
  process.exitCode = 2
}
