import type { Command } from 'commander'
import { tenantOf } from './audit-source.ts'
import { CommandError, type CommonOptions, command, type Environment, gather } from './command.ts'
import { printAll, printOne } from './output.ts'

interface ExplainOptions extends CommonOptions {
  readonly principal?: string
  readonly action?: string
  readonly context?: readonly string[]
  readonly condition?: readonly string[]
  readonly mfa?: boolean
}
type Json = Readonly<Record<string, unknown>>

/** Adds `tenkey explain`. */
export function explainCommand(program: Command, environment: Environment): void {
  command(
    program,
    'explain <key>',
    'Tell who may do what with a key and by what, or whether one may do one thing and why.',
  )
    .option('--principal <who>', 'who: an ARN, or of the own account root, user/NAME or role/NAME')
    .option('--action <name>', 'what, e.g. Decrypt; with --principal')
    .option('--context <key=value>', 'encryption context; may be repeated', gather)
    .option('--condition <key=value>', 'condition key, e.g. aws:SourceIp; may be repeated', gather)
    .option('--mfa', 'suppose a session with a second factor')
    .addHelpText(
      'after',
      `
The key is named by key id, key ARN, alias name or alias ARN. Who asks is the account of
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or of AWS_PROFILE; it needs
kms:GetKeyPolicy on the key and tenkey:ExplainAccess.`,
    )
    .action(async (key: string, options: ExplainOptions) => {
      const { clientOf } = await import('./client.ts')
      const server = clientOf(environment, await tenantOf(environment))
      const query = `KeyId=${encodeURIComponent(key)}`
      if (options.principal === undefined) {
        refuseWithoutPrincipal(options)
        const found = await server.list(`/v1/keys/~/access?${query}`, 'Principals')
        printAll(
          found.flatMap(accessRows),
          ['principal', 'actions', 'conditional', 'reason'],
          options,
        )
        return
      }
      if (options.action === undefined) {
        throw new CommandError('--action is missing: what is --principal to do?', { misuse: true })
      }
      const context = mapOf(options.context, '--context')
      const conditions = mapOf(options.condition, '--condition')
      const answer = await server.call('POST', `/v1/keys/~/explain-access?${query}`, {
        Principal: await arnOf(options.principal, () => server.call('GET', '/v1/caller-identity')),
        Action: options.action.includes(':') ? options.action : `kms:${options.action}`,
        ...(context && { EncryptionContext: context }),
        ...(conditions && { ConditionKeys: conditions }),
        ...(options.mfa === true && { MultiFactorAuthPresent: true }),
      })
      if (options.json) printOne(answer, options)
      else printDecision(answer)
    })
}

function refuseWithoutPrincipal({ action, context, condition, mfa }: ExplainOptions): void {
  if (action === undefined && context === undefined && condition === undefined && mfa !== true)
    return
  throw new CommandError(
    '--principal is missing: all that it may do is listed without more words',
    {
      misuse: true,
    },
  )
}

/** A principal's full name; of the account that calls where only the end is given. */
async function arnOf(who: string, identity: () => Promise<Json>): Promise<string> {
  if (who.startsWith('arn:')) return who
  if (!/^(root$|user\/|role\/)/.test(who)) {
    const words = `'${who}' is nobody: it can be an ARN, root, user/NAME or role/NAME`
    throw new CommandError(words, { misuse: true })
  }
  const [, partition = '', , , account = ''] = String((await identity())['Arn']).split(':')
  return `arn:${partition}:iam::${account}:${who}`
}

function mapOf(given: readonly string[] | undefined, option: string) {
  if (given === undefined) return undefined
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
      throw new CommandError(`${option} '${text}' is not KEY=VALUE`, { misuse: true })
    }),
  )
}

/** A row for each of what lets a principal. */
const accessRows = ({ Principal, Access }: Json) =>
  (Access as Json[]).map(({ Actions, Conditional, Reason }) => ({
    principal: Principal,
    actions: Actions,
    conditional: Conditional === true ? 'yes' : 'no',
    reason: Reason,
  }))

/** The decision, and each of what decides with its statement. */
function printDecision({ Decision, Reason, AlsoNeeded, Because }: Json): void {
  const told = { decision: Decision, reason: Reason, alsoNeeded: AlsoNeeded }
  const reasons = (Because as Json[]).map(
    ({ Kind, Source, PolicyName, Sid, Effect, Statement, GrantId }) => ({
      kind: Kind,
      source: Source,
      policy: PolicyName,
      sid: Sid,
      effect: Effect,
      grant: GrantId,
      statement: Statement,
    }),
  )
  for (const one of [told, ...reasons]) {
    if (one !== told) console.log('')
    printOne(one, {})
  }
}
