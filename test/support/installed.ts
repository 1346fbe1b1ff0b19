import { rmSync } from 'node:fs'
import { readConfig } from '../../core/config.ts'
import { handle } from '../../core/pipeline/handle.ts'
import { xks } from '../../core/protocol/xks.ts'
import type { RootKey } from '../../core/root/root.ts'
import { createService, type Service, type ServiceParts } from '../../core/service.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { operations, xksOperations } from '../../operations/registry.ts'
import type { StoredCredential } from '../../server/credential-file.ts'
import { makeDataFolder } from '../../server/data-folder.ts'
import {
  furnish,
  openInstallation,
  operatorFile,
  readCredential,
} from '../../server/installation.ts'
import type { JsonObject } from './calls.ts'
import { operationNamed, REGION, restRequest } from './calls.ts'
import { newFolder } from './process.ts'

/** An installation in this process, on a store that can be copied as it is at a moment. */
export interface Installed {
  readonly store: Store
  readonly root: RootKey
  readonly operator: StoredCredential
  readonly tenant: StoredCredential
}

/**
 * @param store an empty one; in memory unless given
 * @param replicas the Regions that it is in, home first; one unless given
 */
export async function install(
  store: Store = memoryStore(),
  replicas: readonly string[] = [],
): Promise<Installed> {
  const data = newFolder()
  const config = { ...readConfig({ TENKEY_DATA: data, TENKEY_STORE: 'memory' }), replicas }
  makeDataFolder(data)
  const root = await openInstallation(config, store)
  const { tenant } = await furnish(config, store, root, Date.now())
  const operator = readCredential(operatorFile(data))
  rmSync(data, { recursive: true })
  if (operator === undefined || tenant === undefined) throw new Error('nobody may call')
  return { store, root, operator, tenant }
}

/** The same installation on a store of its own, with all that is there now. */
export async function copyOf(installed: Installed): Promise<Installed> {
  const store = memoryStore()
  let after: { pk: string; sk: string } | undefined
  for (;;) {
    const { items, more } = await installed.store.scan(after, 1000)
    for (const item of items) await store.add(item)
    after = items.at(-1)
    if (!more) return { ...installed, store }
  }
}

/** What a process over the installation would be: a service with nothing in memory. */
export const processOver = (
  { store, root }: Pick<Installed, 'store' | 'root'>,
  more: Partial<ServiceParts> = {},
): Service =>
  createService({
    operations,
    xksFace: xks(xksOperations),
    store,
    root,
    log: () => undefined,
    ...more,
  })

/** Calls an operation on the REST face of a service. */
export async function callService(
  service: Service,
  credential: StoredCredential,
  name: string,
  input: JsonObject,
  region = REGION,
): Promise<{ status: number; json: JsonObject }> {
  const { method, path, query, body } = restRequest(operationNamed(name), input)
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
  const unsigned = {
    method,
    path,
    query,
    body: bytes,
    headers: { host: 'tenkey.test', 'content-type': 'application/json' },
  }
  const headers = signRequest(unsigned, credential, {
    region,
    service: 'kms',
    now: Date.now(),
  })
  const request = { ...unsigned, headers, sourceIp: '192.0.2.1', secure: true }
  const answer = await handle(request, service)
  return {
    status: answer.status,
    json: answer.body === '' ? {} : (JSON.parse(answer.body) as JsonObject),
  }
}
