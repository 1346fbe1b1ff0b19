import { operatorOf } from '../../server/cli/client-settings.ts'
import { CommandError } from '../../server/cli/command.ts'
import { asking } from './calls.ts'
import { Skipped, type Smoke } from './step.ts'
import { STEPS } from './steps.ts'

/**
 * `npm run smoke -- URL`: whether a deployment does what it is for, step by step, as its callers see it.
 * The operator's credential and the Region are found as the command line finds them.
 */
const USAGE = 'npm run smoke -- URL [--alarms TOPIC_ARN]'

function settings(): Smoke {
  const [given = '', option, alarms, ...more] = process.argv.slice(2)
  if (option !== undefined && (option !== '--alarms' || alarms === undefined)) {
    throw new CommandError(`${USAGE}: --alarms is the one option, the ARN of a topic`)
  }
  if (more.length > 0 || !URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new CommandError(`${USAGE}: the URL is the service's, http:// or https://`)
  }
  const region = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || 'us-east-1'
  const url = new URL(given)
  const operator = operatorOf(process.env)
  const ask = asking(url, region)
  return { url: given, region, operator, ask, ...(alarms !== undefined && { alarms }) }
}

/** What is wrong, in one line. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' ')

try {
  const smoke = settings()
  let failed = 0
  for (const { name, run } of STEPS) {
    try {
      console.log(`ok    ${name}: ${await run(smoke)}`)
    } catch (error) {
      const skipped = error instanceof Skipped
      if (!skipped) failed++
      console.log(`${skipped ? 'skip ' : 'FAIL '} ${name}: ${wordsOf(error)}`)
    }
  }
  if (failed > 0) {
    console.log(`${failed} of ${STEPS.length} steps failed`)
    process.exitCode = 1
  }
} catch (error) {
  if (!(error instanceof CommandError)) throw error
  console.error(`smoke: ${error.message}`)
  process.exitCode = 2
}
