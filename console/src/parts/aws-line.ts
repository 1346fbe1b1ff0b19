import { type Input, type OperationName, queryText, requestOf } from '../api/request.ts'

/** Words of the AWS CLI, as botocore makes them of names (botocore.xform_name). */
export const cliWord = (name: string): string =>
  name
    .replace(/(?<=[a-z\d])([A-Z]{2,}s)$/, '-$1')
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll('--', '-')
    .toLowerCase()

/** A word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const STS: ReadonlySet<string> = new Set([
  'AssumeRole',
  'GetCallerIdentity',
  'GetFederationToken',
  'GetSessionToken',
])
/** operations of tenkey's own beside AWS's: by `tenkey rest` */
const OWN: ReadonlySet<string> = new Set([
  'ListAuditRecords',
  'ListKeyAccess',
  'ExplainAccess',
  'PreviewKeyPolicy',
  'ListKeyPolicyChanges',
  'GetAliasRotation',
  'PutAliasRotation',
  'DeleteAliasRotation',
])

const option = (name: string, value: unknown, hidden: boolean): string => {
  const word = cliWord(name)
  if (hidden) return `--${word} "$${word.replaceAll('-', '_').toUpperCase()}"`
  if (value === true) return `--${word}`
  if (value === false) return `--no-${word}`
  if (typeof value === 'object') return `--${word} ${shellWord(JSON.stringify(value))}`
  return `--${word} ${shellWord(String(value))}`
}

/**
 * The command that makes the same call: of the AWS CLI where AWS has the operation, else `tenkey rest`.
 * Both read credentials and address from the environment.
 * @param hidden members that are not shown but named: `--plaintext "$PLAINTEXT"`
 */
export function commandOf<N extends OperationName>(
  name: N,
  input: Input<N>,
  hidden: readonly string[] = [],
): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const shown = given.map(([member, value]) => [member, hidden.includes(member) ? '…' : value])
  const { method, path, query, body } = requestOf(name, Object.fromEntries(shown) as Input<N>)
  if (path.startsWith('/admin/') || OWN.has(name)) {
    const words = [`${path}${queryText(query)}`, ...(body === undefined ? [] : [body])]
    return `tenkey rest ${method} ${words.map(shellWord).join(' ')}`
  }
  const iam = path.startsWith('/iam/')
  const service = iam ? 'iam' : STS.has(name) ? 'sts' : 'kms'
  const options = given.map(([member, value]) => option(member, value, hidden.includes(member)))
  return ['aws', service, cliWord(iam ? name.slice('Iam'.length) : name), ...options].join(' ')
}
