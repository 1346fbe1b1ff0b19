import { invalid, KmsError } from '../../core/base/errors.ts'
import { randomBytesPooled } from '../../core/crypto/random.ts'
import type { CustomKeyStore } from '../../core/custom-key-store/custom-key-store.ts'
import type { KeySpec } from '../../core/key/spec.ts'
import type { Ports, Run } from '../../core/operation.ts'

/** What CreateKey is told of a custom key store. */
interface StoreMembers {
  readonly Origin?: string | undefined
  readonly CustomKeyStoreId?: string | undefined
  readonly XksKeyId?: string | undefined
  readonly MultiRegion?: boolean | undefined
}

/**
 * The members that keys of custom key stores have go together (API_CreateKey); AWS's words for what does not
 * are not on record.
 * @throws KmsError ValidationException, UnsupportedOperationException
 */
export function checkStoreMembers(
  { Origin, CustomKeyStoreId, XksKeyId, MultiRegion }: StoreMembers,
  spec: KeySpec,
): void {
  const held = Origin === 'AWS_CLOUDHSM' || Origin === 'EXTERNAL_KEY_STORE'
  if (!held) {
    if (CustomKeyStoreId !== undefined) {
      throw invalid(
        'A key in a custom key store needs an Origin of AWS_CLOUDHSM or EXTERNAL_KEY_STORE.',
      )
    }
    if (XksKeyId !== undefined) throw invalid('XksKeyId needs an Origin of EXTERNAL_KEY_STORE.')
    return
  }
  if (CustomKeyStoreId === undefined) {
    throw invalid(`A key of the Origin ${Origin} needs a CustomKeyStoreId.`)
  }
  if (Origin === 'EXTERNAL_KEY_STORE') {
    if (XksKeyId === undefined) throw invalid(`A key of the Origin ${Origin} needs an XksKeyId.`)
  } else if (XksKeyId !== undefined)
    throw invalid('XksKeyId needs an Origin of EXTERNAL_KEY_STORE.')
  if (spec.kind !== 'symmetric' || MultiRegion === true) {
    throw new KmsError(
      'UnsupportedOperationException',
      'A custom key store has symmetric encryption keys of one Region alone.',
    )
  }
}

/** What a new key is to have in its custom key store. */
export interface HeldKey {
  readonly store: CustomKeyStore
  /** the external key's id, or the name of the key in the cluster */
  readonly external: string
  /** has the cluster make its key */
  readonly generate?: () => Promise<void>
}

/**
 * The external key that a new key is to have, once its store and the external key allow it, or the name that its
 * key in a cluster will have; undefined for a key of no custom key store.
 * @throws KmsError CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException, XksKeyNotFoundException, …
 */
export async function heldKeyOf(
  { input, caller, context, newKeyId }: Run<StoreMembers, unknown>,
  { read, keyStores, clusters }: Pick<Ports, 'read' | 'keyStores' | 'clusters'>,
): Promise<HeldKey | undefined> {
  const { CustomKeyStoreId, Origin, XksKeyId = '' } = input
  if (CustomKeyStoreId === undefined) return undefined
  const home = { accountId: caller.accountId, region: context.region }
  const { connectedStore, requireFree } = await import('../../core/key/store-key.ts')
  const store = await connectedStore(home, CustomKeyStoreId, read)
  if (Origin !== store.type) {
    throw invalid(`The custom key store ${store.id} has keys of the Origin ${store.type}.`)
  }
  if (store.type === 'AWS_CLOUDHSM') {
    // the name is the key's alone, whatever becomes of the call: what it leaves is found by it
    const external = randomBytesPooled(16).toString('hex')
    const known = await clusters.open()
    await known.requireRegistered(home.accountId, store.cluster.id)
    return {
      store,
      external,
      generate: () => known.generateKey(home, store, external, newKeyId),
    }
  }
  const { requireExternalKey } = await import('../../core/custom-key-store/xks-failures.ts')
  await requireExternalKey(
    await keyStores.proxies(),
    { ...home, id: store.id, proxy: store.proxy },
    XksKeyId,
    {
      awsPrincipalArn: caller.arn,
      kmsOperation: 'CreateKey',
      kmsRequestId: context.requestId,
    },
  )
  const external = { store: store.id, external: XksKeyId }
  // before anything is stored for the key; the claim decides
  await requireFree(home, external, context.now, read)
  return { store, external: XksKeyId }
}
