import type { Command } from 'commander'
import type { Client } from './client.ts'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  printsSecret,
} from './command.ts'
import { printAll, printOne } from './output.ts'
import { principalsOf } from './principal-commands.ts'

const credentialsOf = (accountId: string) => `/admin/v1/tenants/${accountId}/xks-credentials`

interface XksOptions extends CommonOptions {
  readonly account?: string
  readonly principal?: string
  readonly accessKeyId?: string
}

/** Adds `tenkey xks credential create|list|rotate|delete`. */
export function xksCommands(program: Command, environment: Environment): void {
  const group = program
    .command('xks')
    .description("Let AWS KMS use an account's keys, as an external key store.")
    .command('credential')
    .description('Create, list, rotate and delete the credentials that AWS KMS signs with.')
  const connect = async () => (await import('./client.ts')).client(environment)

  printsSecret(
    command(
      group,
      'create [account]',
      'Create a path and a credential of it, for AWS KMS in the Region of AWS_REGION: with --json the file that AWS’s console takes, this once.',
    ),
  )
    .option('--account <id>', 'the account, 12 digits')
    .option(
      '--principal <name>',
      `whom it stands for, e.g. role/aws; unless given a role ${ROLE} is made, which may use every key that has the default key policy`,
    )
    .action(async (word: string | undefined, options: XksOptions) => {
      const accountId = accountOf(word, options.account)
      const client = await connect()
      const principal = options.principal ?? (await makeRole(client, accountId))
      const path = `${principalsOf(accountId)}/${principalPath(principal)}/xks-credentials`
      printMade(await client.call('POST', path), options)
    })

  command(group, 'list [account]', 'List paths and their credentials.')
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: XksOptions) => {
      const accountId = accountOf(word, options.account)
      const found = await (await connect()).list(credentialsOf(accountId), 'XksCredentials')
      const rows = found.map((one) => ({
        accessKeyId: one['AccessKeyId'],
        path: one['XksProxyUriPath'],
        principal: one['Principal'],
        region: one['Region'],
        creationDate: one['CreationDate'],
      }))
      printAll(rows, ['accessKeyId', 'path', 'principal', 'region', 'creationDate'], options)
    })

  command(
    group,
    'rotate [ids...]',
    'Create the other credential of the same path: both hold until one is deleted.',
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--access-key-id <id>', 'the credential that is to be replaced, AXKS…')
    .action(async (words: string[], options: XksOptions) => {
      const { accountId, accessKeyId } = idsOf(words, options)
      const path = `${credentialsOf(accountId)}/${accessKeyId}/rotate`
      printMade(await (await connect()).call('POST', path), options)
    })

  command(group, 'delete [ids...]', 'Delete a credential; with the last one its path goes.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--access-key-id <id>', 'the credential, AXKS…')
    .action(async (words: string[], options: XksOptions) => {
      const { accountId, accessKeyId } = idsOf(words, options)
      await (await connect()).call('DELETE', `${credentialsOf(accountId)}/${accessKeyId}`)
      printOne({ accountId, accessKeyId, deleted: true }, options)
    })
}

/** the role that stands for AWS KMS where none is named */
const ROLE = 'aws'
const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']
const policyOf = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

/** A role that nobody assumes, and that the default key policy lets in by its identity policy. */
async function makeRole(client: Client, accountId: string): Promise<string> {
  const role = {
    Type: 'role',
    Name: ROLE,
    Policy: policyOf({ Effect: 'Allow', Action: ACTIONS, Resource: '*' }),
    TrustPolicy: policyOf({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  }
  try {
    const { Arn } = await client.call('POST', principalsOf(accountId), role)
    console.error(
      `made ${String(Arn)}: its identity policy permits ${ACTIONS.join(', ')} on every key whose key policy leaves it to identity policies, as the default one does; nobody can assume it`,
    )
  } catch (error) {
    if (!(error instanceof CommandError) || !error.message.includes('AlreadyExists')) throw error
    throw new CommandError(
      `the role ${ROLE} is there already: if it is to stand for AWS KMS, say --principal role/${ROLE}`,
      { cause: error },
    )
  }
  return `role/${ROLE}`
}

/** `role/<name>` or `user/<name>` as it stands in a path. @throws CommandError */
function principalPath(principal: string): string {
  const [, type, name = ''] = /^(user|role)\/([\w+=,.@-]{1,64})$/.exec(principal) ?? []
  if (type !== undefined) return `${type}/${encodeURIComponent(name)}`
  throw new CommandError(`--principal '${principal}' is not role/NAME or user/NAME`, {
    misuse: true,
  })
}

const ACCESS_KEY_ID = /^[A-Z2-7]{20,30}$/

/** The two ids in either order: an account is digits, a credential is not. */
function idsOf(words: readonly string[], { account, accessKeyId }: XksOptions) {
  const isNumber = (word: string) => /^\d+$/.test(word)
  const [number] = words.filter(isNumber)
  const [id = accessKeyId, ...more] = words.filter((word) => !isNumber(word))
  if (id === undefined || more.length > 0 || !ACCESS_KEY_ID.test(id)) {
    throw new CommandError('--access-key-id is one credential of `xks credential list`, AXKS…', {
      misuse: true,
    })
  }
  return { accountId: accountOf(number, account), accessKeyId: id }
}

/** With --json the very object that AWS's console takes. */
function printMade(made: Record<string, unknown>, options: XksOptions): void {
  const { XksProxyUriPath, XksProxyAuthenticationCredential } = made
  if (options.json === true) {
    printOne({ XksProxyUriPath, XksProxyAuthenticationCredential }, options)
    return
  }
  const credential: Record<string, unknown> = { ...Object(XksProxyAuthenticationCredential) }
  printOne(
    {
      path: XksProxyUriPath,
      accessKeyId: credential['AccessKeyId'],
      rawSecretAccessKey: credential['RawSecretAccessKey'],
    },
    options,
  )
}
