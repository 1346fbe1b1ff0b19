import type { Command } from 'commander'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  gather,
  tagOf,
} from './command.ts'
import { printAll, printOne } from './output.ts'
import { principalRow, principalsOf, readDocument } from './principal-commands.ts'

interface NameOptions extends CommonOptions {
  readonly account?: string
  readonly user?: string
  readonly role?: string
  readonly name?: string
  readonly policy?: string
  readonly trust?: string
  readonly tag?: readonly string[]
}

interface Change {
  readonly usage: string
  readonly description: string
  readonly method: string
  /** the path beyond the principal's */
  path(options: NameOptions): string
  input?(options: NameOptions): Record<string, unknown>
  readonly options: readonly (keyof typeof OPTIONS)[]
}

const OPTIONS = {
  name: ['--name <policy>', 'the name of the policy; default unless given'],
  policy: ['--policy <file>', 'the policy, a JSON file'],
  trust: ['--trust <file>', 'the trust policy, a JSON file'],
  tag: ['--tag <key=value>', 'a tag; may be repeated'],
} as const

const policyPath = ({ name = 'default' }: NameOptions) => `/policies/${encodeURIComponent(name)}`

const CHANGES: readonly Change[] = [
  {
    usage: 'delete',
    description: 'Delete a user or role: its access keys and sessions stop at once.',
    method: 'DELETE',
    path: () => '',
    options: [],
  },
  {
    usage: 'put-policy',
    description: 'Add an identity policy, or replace the one of that name.',
    method: 'PUT',
    path: policyPath,
    options: ['name', 'policy'],
    input: ({ policy }) => ({ Policy: readDocument(given(policy, 'policy')) }),
  },
  {
    usage: 'delete-policy',
    description: 'Take away an identity policy.',
    method: 'DELETE',
    path: policyPath,
    options: ['name'],
  },
  {
    usage: 'set-boundary',
    description: 'Limit what identity policies can permit by a permissions boundary.',
    method: 'PUT',
    path: () => '/boundary',
    options: ['policy'],
    input: ({ policy }) => ({ Policy: readDocument(given(policy, 'policy')) }),
  },
  {
    usage: 'delete-boundary',
    description: 'Take away the permissions boundary.',
    method: 'DELETE',
    path: () => '/boundary',
    options: [],
  },
  {
    usage: 'set-trust',
    description: 'Replace the trust policy of a role: who may assume it.',
    method: 'PUT',
    path: () => '/trust-policy',
    options: ['trust'],
    input: ({ trust }) => ({ TrustPolicy: readDocument(given(trust, 'trust')) }),
  },
  {
    usage: 'tag',
    description: 'Add tags, or give them new values.',
    method: 'POST',
    path: () => '/tags',
    options: ['tag'],
    input: ({ tag }) => ({ Tags: given(tag, 'tag').map(tagOf) }),
  },
  {
    usage: 'untag',
    description: 'Take away tags, given by their keys.',
    method: 'DELETE',
    options: ['tag'],
    path: ({ tag }) =>
      `/tags?${given(tag, 'tag')
        .map((key) => `TagKeys=${encodeURIComponent(key)}`)
        .join('&')}`,
  },
]

const CHANGE_COLUMNS = [
  'changeNumber',
  'changeDate',
  'policy',
  'change',
  'principalArn',
  'requestId',
]

/** A change of a policy; in the table the SHA-256 of its texts are cut to what tells them apart. */
function changeRow(change: Record<string, unknown>) {
  const { PolicyType, PolicyName, FormerPolicySha256, PolicySha256 } = change
  const short = (hash: unknown) => (hash === undefined ? 'none' : String(hash).slice(0, 12))
  return {
    changeNumber: change['ChangeNumber'],
    changeDate: change['ChangeDate'],
    policy: PolicyName === undefined ? PolicyType : `${PolicyType} ${PolicyName}`,
    change: `${short(FormerPolicySha256)} to ${short(PolicySha256)}`,
    principalArn: change['PrincipalArn'],
    principalId: change['PrincipalId'],
    requestId: change['RequestId'],
    formerPolicy: change['FormerPolicy'],
    formerPolicySha256: FormerPolicySha256,
    newPolicy: change['Policy'],
    newPolicySha256: PolicySha256,
  }
}

/** Adds `tenkey principal show|policy-history|delete|put-policy|…` to the group that `principalCommands` made. */
export function principalChangeCommands(program: Command, environment: Environment): void {
  const group = program.commands.find((made) => made.name() === 'principal')
  if (group === undefined) throw new Error('there is no group of commands called principal')
  const connect = async () => (await import('./client.ts')).client(environment)

  named(group, 'show', 'Show a user or role, with its policies and tags.').action(
    async (word: string | undefined, options: NameOptions) => {
      const { path } = pathOf(word, options)
      printOne(principalRow(await (await connect()).call('GET', path)), options)
    },
  )

  named(
    group,
    'policy-history',
    'Show who changed the policies of a user or role, newest first; --json for the texts.',
  ).action(async (word: string | undefined, options: NameOptions) => {
    const { path } = pathOf(word, options)
    const found = await (await connect()).list(`${path}/policy-history`, 'Changes')
    printAll(found.map(changeRow), CHANGE_COLUMNS, options)
  })

  for (const { usage, description, method, path, input, options } of CHANGES) {
    const made = named(group, usage, description)
    for (const name of options) {
      const [flags, words] = OPTIONS[name]
      if (name === 'tag') made.option(flags, words, gather)
      else made.option(flags, words)
    }
    made.action(async (word: string | undefined, options: NameOptions) => {
      const { path: base, row } = pathOf(word, options)
      await (await connect()).call(method, base + path(options), input?.(options))
      printOne({ ...row, done: usage }, options)
    })
  }
}

const named = (group: Command, usage: string, description: string): Command =>
  command(group, `${usage} [account]`, description)
    .option('--account <id>', 'the account, 12 digits')
    .option('--user <name>', 'the user')
    .option('--role <name>', 'the role')

function pathOf(word: string | undefined, { account, user, role }: NameOptions) {
  const accountId = accountOf(word, account)
  const name = user ?? role
  if (name === undefined || (user !== undefined && role !== undefined)) {
    throw new CommandError('either --user or --role names whom it is about', { misuse: true })
  }
  const type = user === undefined ? 'role' : 'user'
  const path = `${principalsOf(accountId)}/${type}/${encodeURIComponent(name)}`
  return { path, row: { accountId, principal: `${type}/${name}` } }
}

function given<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new CommandError(`--${name} is missing`, { misuse: true })
}
