import { signRequest } from '../core/signature/sign-request.ts'
import { functionLog } from './log.ts'

/** What the rule of the canary's alarm hands over (stacks/canary.ts). */
interface Asked {
  /** names of the functions whose alias is to be set back */
  readonly functions: readonly string[]
  readonly alias: string
}

/** aliases that are set back at a time: AWS Lambda takes 15 such requests a second */
const AT_ONCE = 5
/** ms that one exchange may take */
const PATIENCE = 5_000

/**
 * The Lambda function that ends a canary when its alarm is raised: takes the weight of every alias'
 * newer version away, so that all calls go to the version that had them before. Every alias is tried;
 * where one fails the event fails, and comes again. An alias without weights is left as it is.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 */
export async function handler({ functions, alias }: Asked): Promise<{ setBack: number }> {
  const waiting = [...functions]
  const failed: string[] = []
  const setBack = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        await withoutWeights(name, alias)
      } catch (error) {
        failed.push(name)
        functionLog('error', { canary: 'not set back', function: name, error })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, setBack))
  if (failed.length > 0) throw new Error(`${failed.length} of ${functions.length} not set back`)
  functionLog('warn', { canary: 'set back', functions: functions.length })
  return { setBack: functions.length }
}

/** @throws Error where AWS Lambda does not answer with 200 */
async function withoutWeights(name: string, alias: string): Promise<void> {
  const region = settingOf('AWS_REGION')
  const { origin, host } = new URL(settingOf('TENKEY_LAMBDA_ENDPOINT'))
  const path = `/2015-03-31/functions/${name}/aliases/${alias}`
  const body = Buffer.from(JSON.stringify({ RoutingConfig: { AdditionalVersionWeights: {} } }))
  const headers = signRequest(
    { method: 'PUT', path, query: '', headers: { host, 'content-type': 'application/json' }, body },
    {
      accessKeyId: settingOf('AWS_ACCESS_KEY_ID'),
      secretAccessKey: settingOf('AWS_SECRET_ACCESS_KEY'),
      sessionToken: settingOf('AWS_SESSION_TOKEN'),
    },
    { region, service: 'lambda', now: Date.now() },
  )
  const signal = AbortSignal.timeout(PATIENCE)
  const sent = { method: 'PUT', headers, body, redirect: 'error', signal } as const
  const answer = await fetch(origin + path, sent)
  const text = await answer.text()
  if (answer.status !== 200) {
    throw new Error(`AWS Lambda answers ${answer.status}: ${text.slice(0, 300)}`)
  }
}

function settingOf(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}
