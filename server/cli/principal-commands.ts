import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseJson } from '../../core/base/json.ts'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  gather,
  printsSecret,
  tagOf,
} from './command.ts'
import { printAll, printOne } from './output.ts'

export const principalsOf = (accountId: string) => `/admin/v1/tenants/${accountId}/principals`

interface CreateOptions extends CommonOptions {
  readonly account?: string
  readonly user?: string
  readonly role?: string
  readonly path?: string
  readonly policy?: string
  readonly trust?: string
  readonly tag?: readonly string[]
  readonly accessKey?: boolean
}

/** Adds `tenkey principal create|list`. */
export function principalCommands(program: Command, environment: Environment): void {
  const group = program.command('principal').description('Create and list users and roles.')
  const connect = async () => (await import('./client.ts')).client(environment)

  printsSecret(command(group, 'create [account]', 'Create a user or a role.'))
    .option('--account <id>', 'the account, 12 digits')
    .option('--user <name>', 'create a user')
    .option('--role <name>', 'create a role, which --trust lets others assume')
    .option('--path <path>', 'its path, e.g. /app/; or before its name: --role app/deploy')
    .option('--policy <file>', 'its identity policy, a JSON file')
    .option('--trust <file>', "a role's trust policy, a JSON file")
    .option('--tag <key=value>', 'a tag; may be repeated', gather)
    .option('--access-key', 'create an access key of the user too, and print it, this once')
    .action(async (word: string | undefined, options: CreateOptions) => {
      const accountId = accountOf(word, options.account)
      const input = inputOf(options)
      const made = await (await connect()).call('POST', principalsOf(accountId), input)
      const key = made['AccessKey'] as Record<string, unknown> | undefined
      const principal = {
        arn: made['Arn'],
        principalId: made['PrincipalId'],
        ...(key && {
          accessKeyId: key['AccessKeyId'],
          secretAccessKey: key['SecretAccessKey'],
        }),
      }
      printOne(principal, options)
    })

  command(group, 'list [account]', "List an account's users and roles.")
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: CommonOptions & { account?: string }) => {
      const accountId = accountOf(word, options.account)
      const found = await (await connect()).list(principalsOf(accountId), 'Principals')
      const columns = ['type', 'name', 'arn', 'tags', 'creationDate']
      printAll(found.map(principalRow), columns, options)
    })
}

/** CreatePrincipal's input. @throws CommandError */
function inputOf({ user, role, path, policy, trust, tag, accessKey }: CreateOptions) {
  const name = user ?? role
  if (name === undefined || (user !== undefined && role !== undefined)) {
    throw new CommandError('either --user or --role names what to create', { misuse: true })
  }
  if ((role !== undefined) !== (trust !== undefined)) {
    throw new CommandError('a role needs --trust, and only a role has it', { misuse: true })
  }
  if (role !== undefined && accessKey === true) {
    throw new CommandError('--access-key is for users: a role is assumed', { misuse: true })
  }
  return {
    Type: user === undefined ? 'role' : 'user',
    ...placed(name, path),
    ...(policy !== undefined && { Policy: readDocument(policy) }),
    ...(trust !== undefined && { TrustPolicy: readDocument(trust) }),
    ...(tag !== undefined && { Tags: tag.map(tagOf) }),
    ...(accessKey === true && { CreateAccessKey: true }),
  }
}

/** `app/deploy` is the name deploy of path `/app/`, as in its ARN. @throws CommandError */
function placed(text: string, path: string | undefined) {
  const parts = text.split('/')
  const name = parts.pop()
  if (parts.length > 0 && path !== undefined) {
    throw new CommandError('a path is given by --path or before the name, not both', {
      misuse: true,
    })
  }
  const before = parts.filter((part, index) => index > 0 || part !== '')
  const inName = before.length === 0 ? undefined : `/${before.join('/')}/`
  const Path = path ?? inName
  return { Name: name, ...(Path !== undefined && { Path }) }
}

/** A policy document as the file has it; what it says is the server's to judge. */
export function readDocument(file: string): string {
  const text = readText(file)
  try {
    parseJson(text)
    return text
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : cause
    throw new CommandError(`the policy file ${file} is not JSON: ${words}`, { cause })
  }
}

const FILE_ERRORS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'you may not read it'],
])

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const words = FILE_ERRORS.get(code) ?? code
    throw new CommandError(`the policy file ${file} can't be read: ${words}`, { cause })
  }
}

export function principalRow(principal: Record<string, unknown>) {
  const tags = principal['Tags'] as { TagKey: string; TagValue: string }[]
  return {
    type: principal['Type'],
    name: principal['Name'],
    path: principal['Path'],
    arn: principal['Arn'],
    principalId: principal['PrincipalId'],
    policies: principal['Policies'],
    permissionsBoundary: principal['PermissionsBoundary'],
    trustPolicy: principal['TrustPolicy'],
    maxSessionDuration: principal['MaxSessionDuration'],
    tags: Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    creationDate: principal['CreationDate'],
  }
}
