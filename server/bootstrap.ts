import { existsSync } from 'node:fs'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import type { Config } from '../core/config.ts'
import { INSTALLATION, installationItem } from '../core/item/installation.ts'
import { keyring } from '../core/key/keyring.ts'
import type { Store } from '../core/store/store.ts'
import { operatorFile, writeCredential } from './credential-file.ts'
import {
  newCredential,
  openInstallation,
  type StoredCredential,
  storeAccount,
  storeCredential,
} from './installation.ts'

/** An operator that can't be made; the message is one line. */
class BootstrapError extends Error {
  override readonly name = 'BootstrapError'
}

export interface BootstrapOptions {
  /** where the credential is written, as operator.json: a folder of this store's own; undefined for no credential */
  readonly folder: string | undefined
  /** make another operator's credential where the store has one, because that was lost */
  readonly another: boolean
  /** Unix ms */
  readonly now: number
}

/**
 * Makes the operator's credential of a deployed store, and what a new store needs for it; no tenant, and
 * it takes over nothing that a file holds: a credential of another store would open this one. It
 * reads and writes items of the operator's account, and wraps and unwraps that one's tenant key, no
 * other. The file is written first, so that no credential is good that nobody has. Without a credential no secret
 * comes to be: AWS IAM says who operators are.
 * @throws BootstrapError where the store has its operator, or the file is there; ConfigError as
 *   openInstallation says
 */
export async function bootstrap(
  config: Config,
  store: Store,
  { folder, another, now }: BootstrapOptions,
): Promise<StoredCredential | undefined> {
  const file = folder === undefined ? undefined : operatorFile(folder)
  if (file !== undefined && existsSync(file)) {
    throw new BootstrapError(
      `${file} is there, and nothing is written over it: name another --folder`,
    )
  }
  const [before] = await store.get([INSTALLATION])
  const furnished = before !== undefined && installationItem.read(before).tenant !== undefined
  // what is there is what would be made
  if (furnished && file === undefined) return undefined
  if (furnished && !another) {
    throw new BootstrapError(
      'the store has its operator: --another makes a second credential where the first was lost',
    )
  }
  const root = await openInstallation(config, store)
  try {
    const credential = file === undefined ? undefined : credentialIn(file)
    const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
    await storeAccount(store, wrapping, OPERATOR_ACCOUNT, 'operator', now)
    if (credential !== undefined) await storeCredential(store, wrapping, credential, now)
    await markFurnished(store)
    return credential
  } finally {
    await root.close()
  }
}

function credentialIn(file: string): StoredCredential {
  const credential = newCredential(OPERATOR_ACCOUNT)
  if (writeCredential(file, credential).accessKeyId === credential.accessKeyId) return credential
  throw new BootstrapError(`${file} was written by another at the same time`)
}

/** From now on no server that is started on the store takes over what its files hold. */
async function markFurnished(store: Store): Promise<void> {
  for (;;) {
    const [item] = await store.get([INSTALLATION])
    if (item === undefined) throw new BootstrapError('the store was emptied at the same time')
    const data = installationItem.read(item)
    if (data.tenant !== undefined) return
    const next = installationItem.next(item, { ...data, tenant: OPERATOR_ACCOUNT })
    if (await store.put(next)) return
  }
}
