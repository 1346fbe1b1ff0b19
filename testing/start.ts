import { createSecretKey, randomBytes } from 'node:crypto'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import type { Log } from '../core/base/log.ts'
import { jsonLine } from '../core/base/log.ts'
import type { Config } from '../core/config.ts'
import { newAccessKeyId } from '../core/identity/credential.ts'
import { aliasItem } from '../core/key/key-items.ts'
import { aliasPlace } from '../core/key/resolve.ts'
import { clockControl } from '../core/lifecycle/clock-control.ts'
import { IAM_PATH } from '../core/protocol/iam-path.ts'
import { heldRoot } from '../core/root/held.ts'
import type { Service } from '../core/service.ts'
import { heldCredentials, type StoredCredential } from '../server/credential-file.ts'
import { listenAt } from '../server/listening.ts'
import { openFurnished, wire } from '../server/opening.ts'
import { clockOf, movableClock, timeOf } from './clock.ts'
import { faultsOf } from './faults.ts'
import { makeGivenKeys } from './given-keys.ts'
import { checkOptions, configOf } from './options.ts'
import { seededRandom } from './random.ts'
import { type Seed, seedOf } from './seed.ts'
import type { ClientConfig, Credentials, Tenkey, TestingOptions } from './types.ts'

const REGION = 'us-east-1'
const ACCOUNT = '123456789012'

/** What is wrong with the service itself shows; what a test provokes is an answer. */
const onlyErrors: Log = (level, entry) => {
  if (level === 'error') jsonLine(level, { level, ...entry })
}

/**
 * Starts AWS KMS for a test suite in this process, on a port of this machine, with keys in memory.
 * @throws ConfigError, RangeError or Error for an option that can't be used
 */
export async function startTenkey(options: TestingOptions = {}): Promise<Tenkey> {
  const { region = REGION, accountId = ACCOUNT, host = '127.0.0.1', port = 0 } = options
  checkOptions(options)
  // drawn once: a reset begins with the same
  const text = options.seed ?? randomBytes(32).toString('base64')
  const config = configOf(host, port, region)
  const from = seedOf(text)
  const tenant = credentialOf(accountId, from)
  const operator = credentialOf(OPERATOR_ACCOUNT, from)
  let world = await begin(config, { text, tenant, operator, region, options })
  // what the port answers by; a reset exchanges its parts
  const serving: Service = { ...world.service }
  const { address, stop } = await listenAt(config, { service: serving, edge: {} })
  const credentials = keyOf(tenant)
  const iam = address + IAM_PATH
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= stop().then(() => world.close())
    return closed
  }
  return {
    endpoint: address,
    region,
    accountId,
    credentials,
    operator: keyOf(operator),
    env: {
      AWS_ENDPOINT_URL_KMS: address,
      AWS_ENDPOINT_URL_STS: address,
      AWS_ENDPOINT_URL_IAM: iam,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    clock: clockOf(
      () => world.service.now(),
      () => world.service.ports.clock,
    ),
    faults: {
      add: (fault) => world.faults.add(fault),
      clear: () => world.faults.clear(),
    },
    clientConfig: (service): ClientConfig => ({
      endpoint: service === 'iam' ? iam : address,
      region,
      // AWS's SDK writes into what it is given
      credentials: { ...credentials },
    }),
    key(alias) {
      const found = world.keys.get(alias)
      if (found !== undefined) return found
      throw new Error(
        `no key ${alias} was given: ${[...world.keys.keys()].join(', ') || 'none was'}`,
      )
    },
    async reset() {
      if (closed !== undefined) throw new Error('this tenkey is closed')
      const before = world
      world = await begin(config, { text, tenant, operator, region, options })
      Object.assign(serving, world.service)
      await before.close()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Beginning {
  readonly text: string
  readonly tenant: StoredCredential
  readonly operator: StoredCredential
  readonly region: string
  readonly options: TestingOptions
}

/** An installation as it is at the start: the one that a server has, over a test's clock and randomness. */
async function begin(config: Config, { text, tenant, operator, region, options }: Beginning) {
  const { clock: date, ciphertexts = 'random', keys: given = [], faults: met = [] } = options
  const seed = seedOf(text)
  const random = seededRandom(seed, ciphertexts === 'stable')
  const clock = movableClock(date === undefined ? undefined : timeOf(date, 'clock'))
  const root = heldRoot(createSecretKey(seed.derive('root', 32)))
  const installation = await openFurnished(config, {
    root: async () => root,
    credentials: heldCredentials({ operator, tenant }),
    now: clock.now(),
  })
  const { store } = installation
  const faults = faultsOf(met, seed, async (alias, { accountId, region, id }) => {
    const [item] = await store.get([aliasPlace(accountId, region, alias)])
    return item !== undefined && aliasItem.read(item).target === id
  })
  const { service, close } = await wire(config, installation, {
    log: onlyErrors,
    seams: {
      now: clock.now,
      wallTime: clock.now,
      // looked up for each call: a suite may put another Date in its place, for its clients too
      signatureTime: () => Date.now(),
      clock: (service) => clockControl(clock, service),
      random,
      intercept: faults.intercept,
    },
  })
  const { accountId } = tenant
  const unhindered: Service = { ...service, intercept: undefined }
  const world = { service: unhindered, random, accountId, region, credentials: keyOf(tenant) }
  const keys = given.length === 0 ? new Map() : await makeGivenKeys(given, world)
  return { service, faults, keys, close }
}

const credentialOf = (accountId: string, seed: Seed): StoredCredential => ({
  accountId,
  accessKeyId: newAccessKeyId(accountId, 'AKIA', seed.derive(`access-key/${accountId}`, 5)),
  secretAccessKey: seed.derive(`secret/${accountId}`, 30).toString('base64'),
})

const keyOf = ({ accessKeyId, secretAccessKey }: StoredCredential): Credentials => ({
  accessKeyId,
  secretAccessKey,
})
