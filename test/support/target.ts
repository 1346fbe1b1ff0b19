import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { readConfig } from '../../core/config.ts'
import type { Hsm } from '../../core/custom-key-store/cluster.ts'
import type { XksSettings } from '../../core/external-store/key-stores.ts'
import { clockControl } from '../../core/lifecycle/clock-control.ts'
import { iamQuery } from '../../core/protocol/iam-query.ts'
import { xks } from '../../core/protocol/xks.ts'
import { createService, openStore, type Service, type ServiceParts } from '../../core/service.ts'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import type { Store } from '../../core/store/store.ts'
import { operations, xksOperations } from '../../operations/registry.ts'
import { makeDataFolder } from '../../server/data-folder.ts'
import { addressOf, httpServer } from '../../server/http-server.ts'
import {
  furnish,
  openInstallation,
  operatorFile,
  readCredential,
} from '../../server/installation.ts'
import { pages } from '../../server/pages.ts'
import { startDynalite } from './dynalite.ts'
import { frozenStore } from './frozen-store.ts'
import { roleFence } from './sst-fence.ts'
import { newWatch, type Watch, watched, watchedLog, watchedTrail } from './watch.ts'

export type StoreName = 'sqlite' | 'dynamodb' | 'memory'

/** An access key and what it stands for. */
export interface Credential {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** of short-lived credentials */
  readonly sessionToken?: string
}

/** A running installation, wherever it runs: all a test needs to know of it. */
export interface Target {
  readonly url: string
  readonly operator: Credential
  /** Unix ms, by the clock the installation's keys live by */
  now(): number
  /** Unix ms, by the clock its signatures live by; the machine's unless given */
  readonly wallTime?: () => number
  /** what only an installation in this process shows */
  readonly inside?: Inside
  stop(): Promise<void>
}

export interface Inside {
  readonly store: Store
  /** the settings by which another process opens the same installation */
  readonly environment: Readonly<Record<string, string>>
  readonly service: Service
  readonly watch: Watch
  /** moves the clock forward */
  advance(ms: number): void
  /** a service of its own over the same store and root: what a second process would see, caches empty */
  another(): { service: Service; url: Promise<string>; stop(): Promise<void> }
}

/** An installation elsewhere, of TENKEY_TEST_ENDPOINT and the operator's credential; undefined for none. */
export function remoteTarget(): Target | undefined {
  const { TENKEY_TEST_ENDPOINT, TENKEY_OPERATOR_ACCESS_KEY_ID, TENKEY_OPERATOR_SECRET_ACCESS_KEY } =
    process.env
  if (TENKEY_TEST_ENDPOINT === undefined) return undefined
  return {
    url: TENKEY_TEST_ENDPOINT,
    operator: {
      accountId: OPERATOR_ACCOUNT,
      accessKeyId: TENKEY_OPERATOR_ACCESS_KEY_ID ?? '',
      secretAccessKey: TENKEY_OPERATOR_SECRET_ACCESS_KEY ?? '',
    },
    now: Date.now,
    stop: async () => undefined,
  }
}

export interface TargetOptions {
  /** PEM of the root that attestation documents lead to */
  readonly nitroRoot?: string
  /** where identity providers are asked beside public addresses */
  readonly issuerNetworks?: readonly string[]
  /** what AWS identities are taken for, and where AWS STS is asked */
  readonly awsIdentities?: ServiceParts['awsIdentities']
  /** how proxies of external key stores are reached */
  readonly xks?: Partial<XksSettings>
  /** opens the tokens of CloudHSM key stores */
  readonly hsm?: () => Promise<Hsm>
  /** Unix ms, the clock that signatures and sessions live by */
  readonly wallTime?: () => number
  /** whether its operator may move the clock */
  readonly testClock?: true
  /** what goes wrong in the store */
  readonly fault?: (store: Store) => Store
}

/** Starts the whole server in this process: port 0, a fresh data folder, a local root key. */
export async function startTarget(name: StoreName, options: TargetOptions = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
  const config = readConfig({ TENKEY_DATA: folder, TENKEY_STORE: name })
  makeDataFolder(folder)
  const opened = name === 'dynamodb' ? await openDynamodb() : undefined
  const store = opened?.store ?? (await openStore(config))
  const root = await openInstallation(config, store)
  let ahead = 0
  const now = () => Date.now() + ahead
  await furnish(config, store, root, now())
  const operator = readCredential(operatorFile(folder))
  if (operator === undefined) throw new Error('the installation has no operator')

  const clock: ServiceParts['clock'] = (service) =>
    clockControl(
      {
        now,
        ahead: () => ahead,
        async set(time) {
          ahead = Math.max(ahead, time - Date.now())
        },
      },
      service,
    )
  const watch = newWatch()
  const fence = roleFence(watch.denied)
  const { fault = (inner: Store) => inner } = options
  const fenced = fence.store(frozenStore(fault(store)))
  const create = () => {
    const log = watchedLog(watch)
    const audit = watchedTrail(watch, storeTrail(fenced))
    const parts = {
      operations,
      xksFace: xks(xksOperations),
      iamFace: iamQuery,
      store: fenced,
      root: fence.root(root),
      pages: pages(store),
      log,
      now,
      audit,
      ...(options.testClock === true && { clock }),
      ...options,
    }
    return watched(watch, fence.service(createService(parts)))
  }
  const service = create()
  const first = await listen(service)
  return {
    url: first.url,
    operator,
    now,
    inside: {
      store,
      environment: { TENKEY_DATA: folder, TENKEY_STORE: name, ...opened?.environment },
      service,
      watch,
      advance(ms) {
        ahead += ms
      },
      another() {
        const service = create()
        const listening = listen(service)
        return {
          service,
          url: listening.then(({ url }) => url),
          stop: async () => (await listening).stop(),
        }
      },
    },
    async stop() {
      await first.stop()
      await service.close()
      await opened?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listen(service: Service) {
  const server = httpServer(service)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: addressOf(server),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A table of its own: on the endpoint named by the environment, otherwise on dynalite. */
async function openDynamodb() {
  const given = process.env['TENKEY_TEST_DYNAMODB_ENDPOINT']
  const dynalite = given === undefined ? await startDynalite() : undefined
  const endpoint = given ?? dynalite?.endpoint ?? ''
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' }
  const base = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  const table = `tenkey-${randomUUID()}`
  const client = documentClient(base)
  await createTable({ table, client })
  return {
    store: dynamodbStore({ table, client }),
    environment: {
      TENKEY_TABLE: table,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async stop() {
      base.destroy()
      await dynalite?.stop()
    },
  }
}
