import { type Input, type OperationName, queryText, requestOf } from '../api/request.ts'

/** Words of the AWS CLI, as botocore makes them of names (botocore.xform_name). */
export const cliWord = (name: string): string =>
  name
    .replace(/(?<=[a-z\d])([A-Z]{2,}s)$/, '-$1')
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll('--', '-')
    .toLowerCase()

/** What a terminal acts on while a line is pasted, or what hides in a line or turns its order about. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const UNSEEN_OR_QUOTED = new RegExp(`${UNSEEN.source}|['\\\\]`, 'gu')

/** A character as `$'…'` has it: its bytes in UTF-8, in octal, of which no shell reads more than three digits. */
const escaped = (character: string): string =>
  /['\\]/.test(character)
    ? `\\${character}`
    : [...new TextEncoder().encode(character)]
        .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
        .join('')

/**
 * A word of a shell. What is not seen, as control characters and marks that turn text about, stands escaped in
 * `$'…'` (POSIX.1-2024 §2.2.4; bash, zsh, ksh): a terminal obeys the former, and people do not read the latter. `=`
 * at the beginning is a command's path to zsh.
 */
export const shellWord = (text: string): string => {
  if (/^(?!=)[\w@%+=:,./-]+$/.test(text)) return text
  if (UNSEEN.test(text)) return `$'${text.replace(UNSEEN_OR_QUOTED, escaped)}'`
  return `'${text.replaceAll("'", `'\\''`)}'`
}

const STS: ReadonlySet<string> = new Set([
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  'GetAccessKeyInfo',
  'GetCallerIdentity',
  'GetFederationToken',
  'GetSessionToken',
])
/** operations of tenkey's own beside AWS's: by `tenkey rest` */
const OWN: ReadonlySet<string> = new Set([
  'AssumeRoleWithAwsIdentity',
  'GetChanges',
  'ListAuditRecords',
  'ListKeyAccess',
  'ExplainAccess',
  'PreviewKeyPolicy',
  'ListKeyPolicyChanges',
  'GetAliasRotation',
  'PutAliasRotation',
  'DeleteAliasRotation',
])

/** Whether the AWS CLI would read a file or a page in the place of a value, or no argument can have it. */
const isNoArgument = (name: string, value: unknown): boolean =>
  typeof value === 'string' &&
  (/^fileb?:\/\//.test(value) ||
    // of an identity provider: the one URL that version 1 does not ask for (awscli.paramfile)
    (/^https?:\/\//.test(value) && name !== 'Url') ||
    value.includes('\0'))

const option = (name: string, value: unknown, hidden: boolean): string => {
  const word = cliWord(name)
  if (hidden) return `--${word} "$${word.replaceAll('-', '_').toUpperCase()}"`
  if (value === true) return `--${word}`
  if (value === false) return `--no-${word}`
  if (typeof value === 'object') return `--${word} ${shellWord(JSON.stringify(value))}`
  const text = String(value)
  return text.startsWith('-') ? `--${word}=${shellWord(text)}` : `--${word} ${shellWord(text)}`
}

/**
 * The command that makes the same call: of the AWS CLI where AWS has the operation, else `tenkey rest`.
 * Both read credentials and address from the environment. Whatever a member's value is, the line passes on that
 * value and does nothing else.
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
  const isInJson = ([member, value]: [string, unknown]) =>
    !hidden.includes(member) && isNoArgument(member, value)
  const inJson = given.filter(isInJson)
  const options = given
    .filter((one) => !isInJson(one))
    .map(([member, value]) => option(member, value, hidden.includes(member)))
  if (inJson.length > 0) {
    options.push(`--cli-input-json ${shellWord(JSON.stringify(Object.fromEntries(inJson)))}`)
  }
  return ['aws', service, cliWord(iam ? name.slice('Iam'.length) : name), ...options].join(' ')
}
