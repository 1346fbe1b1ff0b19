import type { Command } from 'commander'
import { tenantOf } from './audit-source.ts'
import type { Client } from './client.ts'
import {
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  gather,
  typedPath,
} from './command.ts'
import { printAccess, printDecision, printPreview } from './explain-output.ts'
import { printAll, printOne } from './output.ts'
import { readDocument } from './principal-commands.ts'

interface ExplainOptions extends CommonOptions {
  readonly principal?: string
  readonly action?: string
  readonly context?: readonly string[]
  readonly condition?: readonly string[]
  readonly mfa?: boolean
  readonly policy?: string
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
    .option(
      '--policy <file>',
      'tell what would be by the key policy in this file, which is not put',
    )
    .addHelpText(
      'after',
      `
The key is named by key id, key ARN, alias name or alias ARN. Who asks is the account of
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or of AWS_PROFILE; it needs
kms:GetKeyPolicy on the key and tenkey:ExplainAccess.

With --policy it is told what would be if the key had that policy, and without --principal who would gain and
lose what by it. It is refused as PutKeyPolicy would refuse it, but for its lockout safety check, whose result
is told. Nothing is changed.`,
    )
    .action(async (key: string, options: ExplainOptions) => {
      const { clientOf } = await import('./client.ts')
      const server = clientOf(environment, await tenantOf(environment))
      const query = `KeyId=${encodeURIComponent(key)}`
      const Policy = options.policy && readDocument(typedPath(environment, options.policy))
      if (options.principal === undefined) {
        refuseWithoutPrincipal(options)
        if (Policy !== undefined) return tellPreview(server, query, Policy, options)
        const found = await server.list(`/v1/keys/~/access?${query}`, 'Principals')
        if (options.json) printAll(found.flatMap(accessRows), [], options)
        else printAccess(found)
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
        ...(Policy !== undefined && { Policy }),
      })
      if (options.json) printOne(answer, options)
      else printDecision(answer)
    })
}

/** Who would gain and lose what by a policy: all pages of it. */
async function tellPreview(
  server: Client,
  query: string,
  Policy: string,
  options: CommonOptions,
): Promise<void> {
  const principals: Json[] = []
  for (let marker: unknown; ; ) {
    const page = await server.call('POST', `/v1/keys/~/preview-policy?${query}`, {
      Policy,
      ...(marker !== undefined && { Marker: marker }),
    })
    principals.push(...(page['Principals'] as Json[]))
    marker = page['NextMarker']
    if (marker !== undefined) continue
    const all = { LocksOut: page['LocksOut'], Principals: principals }
    if (options.json) printOne(all, options)
    else printPreview(all)
    return
  }
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
