import type { Command } from 'commander'
import { readConfig } from '../../core/config.ts'
import { checkDataFolder, makeDataFolder } from '../data-folder.ts'
import { describeToken } from '../hsm/describe.ts'
import {
  CLUSTER_ID,
  checkRegistration,
  type Registration,
  readRegistrations,
  readTrustAnchor,
  registrationsFile,
  writeRegistrations,
} from '../hsm/registrations.ts'
import { identityOf } from '../hsm/token-identity.ts'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
} from './command.ts'
import { printAll, printOne } from './output.ts'

interface RegisterOptions extends CommonOptions {
  readonly account?: string
  readonly cluster: string
  readonly module: string
  readonly token?: string
  readonly slot?: string
  readonly trustAnchor: string
  readonly user?: string
}

/** Adds `tenkey hsm register|list|unregister`, which work on this machine's data folder, without a server. */
export function hsmCommands(program: Command, environment: Environment): void {
  const group = program
    .command('hsm')
    .description(
      'Register PKCS #11 tokens of this machine as the CloudHSM clusters of accounts. Running servers notice.',
    )
  const folder = () => readConfig(environment).data

  command(group, 'register [account]', 'Register a token as a cluster of an account.')
    .option('--account <id>', 'the account, 12 digits, whose key stores may use it')
    .requiredOption('--cluster <id>', 'the cluster id that it is to have, cluster-…')
    .requiredOption('--module <path>', 'the PKCS #11 module, an absolute path')
    .option('--token <label>', 'the label of the token')
    .option('--slot <number>', 'the number of its slot, where labels do not tell it')
    .requiredOption(
      '--trust-anchor <file>',
      'the certificate, in PEM, that CreateCustomKeyStore must show',
    )
    .option('--user <name>', 'log in with NAME:PASSWORD, as AWS CloudHSM does: kmsuser')
    .action(async (word: string | undefined, options: RegisterOptions) => {
      const data = folder()
      makeDataFolder(data)
      const others = readRegistrations(data)
      const { cluster, module, user } = options
      const registration: Registration = {
        account: accountOf(word, options.account),
        cluster,
        module,
        token: tokenOf(options),
        trustAnchor: readTrustAnchor(options.trustAnchor),
        ...(user !== undefined && { user }),
      }
      checkRegistration(registration, others)
      const token = await describeToken(registration)
      const known = { ...registration, identity: identityOf(token) }
      // again: the token took its time, and who it is was not known before
      const now = readRegistrations(data)
      checkRegistration(known, now)
      writeRegistrations(data, [...now, known])
      const file = registrationsFile(data)
      printOne({ ...rowOf(registration), ...token, file, next: nextOf(options) }, options)
    })

  command(group, 'list', 'List what is registered on this machine.').action(
    (options: CommonOptions) => {
      const data = folder()
      printAll(readRegistrations(data).map(rowOf), COLUMNS, options)
    },
  )

  command(
    group,
    'unregister <cluster>',
    'Take a cluster away: its key stores can not be used here any more. Nothing of its token is touched.',
  ).action((cluster: string, options: CommonOptions) => {
    const data = folder()
    if (!CLUSTER_ID.test(cluster)) {
      throw new CommandError(`'${cluster}' is no cluster id: it looks like cluster-…`, {
        misuse: true,
      })
    }
    checkDataFolder(data)
    const all = readRegistrations(data)
    const left = all.filter((one) => one.cluster !== cluster)
    if (left.length === all.length) {
      throw new CommandError(`the cluster ${cluster} is not registered on this machine`)
    }
    writeRegistrations(data, left)
    printOne({ cluster, unregistered: true }, options)
  })
}

/** What the tenant does then. */
const nextOf = ({ cluster, trustAnchor }: RegisterOptions): string =>
  `as the account: aws kms create-custom-key-store --custom-key-store-name NAME --cloud-hsm-cluster-id ${cluster} --key-store-password PASSWORD --trust-anchor-certificate file://${trustAnchor}`

const COLUMNS = ['account', 'cluster', 'module', 'token', 'user']

const rowOf = ({ account, cluster, module, token, user }: Registration) => ({
  account,
  cluster,
  module,
  token: typeof token === 'number' ? `slot ${token}` : token,
  user,
})

/** @throws CommandError unless one of the two is given */
function tokenOf({ token, slot }: RegisterOptions): string | number {
  if (token !== undefined && slot === undefined && token !== '') return token
  if (slot !== undefined && token === undefined) {
    if (/^\d{1,15}$/.test(slot)) return Number(slot)
    throw new CommandError(`--slot '${slot}' is no number of a slot`, { misuse: true })
  }
  throw new CommandError('say which token: --token LABEL or --slot NUMBER', { misuse: true })
}
