import { newMultiRegionKeyId } from '../../core/base/arn.ts'
import { commit } from '../../core/base/conflict.ts'
import { invalid, KmsError } from '../../core/base/errors.ts'
import { type Key, materialHome } from '../../core/key/key.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { keyMetadata as describe } from '../../core/key/metadata.ts'
import { newKey, newMaterial } from '../../core/key/new-key.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { type KeySpec, type KeyUsage, keySpec as specOf } from '../../core/key/spec.ts'
import { checkPolicySize, storePolicy } from '../../core/key/stored-policy.ts'
import { withTags } from '../../core/key/tags.ts'
import { askerOf, defineOperation, type Ports, type Run } from '../../core/operation.ts'
import { boolean, optional, string, struct, type TypeOf } from '../../core/shape/shapes.ts'
import {
  customerMasterKeySpec,
  description,
  keyMetadata,
  keySpec,
  keyUsage,
  origin,
  policy,
  tags,
} from '../members.ts'

const input = struct({
  Policy: optional(policy),
  Description: optional(description),
  KeyUsage: optional(keyUsage),
  CustomerMasterKeySpec: optional(customerMasterKeySpec),
  KeySpec: optional(keySpec),
  Origin: optional(origin),
  CustomKeyStoreId: optional(string({ min: 1, max: 64 })),
  BypassPolicyLockoutSafetyCheck: optional(boolean),
  Tags: optional(tags),
  MultiRegion: optional(boolean),
  XksKeyId: optional(string({ min: 1, max: 128, pattern: '^[a-zA-Z0-9-_.]+$' })),
})
type Input = TypeOf<typeof input>

/** Creates a key, with its material unless that is to be imported. */
export const createKey = defineOperation({
  name: 'CreateKey',
  summary: 'Creates a KMS key.',
  http: 'POST /v1/keys',
  status: 201,
  idempotencyKey: true,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html',
  differs: 'SM2 keys are refused.',
  audience: 'tenant',
  input,
  output: struct({ KeyMetadata: keyMetadata }),
  errors: [
    'MalformedPolicyDocumentException',
    'UnsupportedOperationException',
    'LimitExceededException',
    'TagException',
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNotFoundException',
    'XksKeyAlreadyInUseException',
    'XksKeyInvalidConfigurationException',
    'XksKeyNotFoundException',
  ],
  keys: {},
  newKeyId: ({ MultiRegion }) => (MultiRegion === true ? newMultiRegionKeyId() : undefined),
  // a key that is born with tags needs the permission to tag (API_CreateKey, Tags)
  onNewKey: ({ Tags = [] }) => (Tags.length > 0 ? ['kms:TagResource'] : []),
  mutates: true,
  audited: ({ input, output }) => ({
    parameters: defaultsOf(input),
    made: output?.KeyMetadata.Arn,
  }),
  uses: ['read', 'write', 'wrapping', 'access', 'keyStores'],
  validate(input) {
    chosenUsage(input, chosenSpec(input))
    checkStoreMembers(input, chosenSpec(input))
    withTags([], input.Tags ?? [])
    if (input.Policy !== undefined) checkPolicySize(input.Policy)
  },
  async run(call, ports) {
    const { write, wrapping, access } = ports
    const { input, caller, context, newKeyId } = call
    const { Policy: document } = input
    const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
    const keyStore = await externalKeyOf(call, ports)
    const meant =
      document === undefined
        ? {}
        : await access.checkKeyPolicy(call, undefined, { text: document, bypassLockoutCheck })
    const spec = chosenSpec(input)
    const external = input.Origin === 'EXTERNAL'
    const { accountId } = caller
    const { region, now } = context
    const key = newKey(
      { accountId, region, id: newKeyId },
      {
        spec: spec.name,
        usage: chosenUsage(input, spec),
        origin: input.Origin ?? 'AWS_KMS',
        description: input.Description ?? '',
        created: now,
        multiRegion: input.MultiRegion === true,
        tags: withTags([], input.Tags ?? []),
      },
    )
    if (!external) await wrapping.createTenantKey(accountId, materialHome(key), now)
    const material = external ? undefined : await newMaterial(key, wrapping, now, askerOf(call))
    const policy =
      document === undefined ? undefined : await storePolicy(key, { document, meant }, write)
    const data = { ...key.data, ...(policy !== undefined && { policy }) }
    if (keyStore !== undefined && material !== undefined) {
      const made = { ...key, data: { ...data, keyStore: { ...keyStore, material } } }
      const { writeStoreKey } = await import('../../core/key/store-key.ts')
      await writeStoreKey(made, made.data.keyStore, now, { ...ports.read, ...write })
      return { KeyMetadata: describe(made) }
    }
    const whole = { ...data, ...(material !== undefined && { material }) }
    const made = await shareable({ ...key, data: whole }, write)
    await commit(write.put(keyToItem(made)))
    return { KeyMetadata: describe(made) }
  },
})

/** A multi-Region key is the primary of its related keys from the first; what they share is stored before it. */
async function shareable(key: Key, write: DataPorts['write']): Promise<Key> {
  if (!key.data.multiRegion) return key
  const { key: primary, shared } = (await import('../../core/key/related.ts')).asPrimary(key)
  await commit(write.put(shared))
  return primary
}

/** What AWS KMS logs of members that were not sent; both names of the key spec. */
function defaultsOf({ KeySpec, CustomerMasterKeySpec }: Input) {
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  return {
    description: '',
    origin: 'AWS_KMS',
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: spec,
    keySpec: spec,
    keyUsage: spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : undefined,
  }
}

function chosenSpec({ KeySpec, CustomerMasterKeySpec }: Input): KeySpec {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw invalid(
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    )
  }
  const name = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  const spec = specOf(name)
  if (spec === undefined) {
    throw new KmsError(
      'UnsupportedOperationException',
      `KeySpec ${name} is not supported in this Region`,
    )
  }
  return spec
}

function chosenUsage({ KeyUsage }: Input, spec: KeySpec): KeyUsage {
  if (KeyUsage === undefined) {
    if (spec.kind === 'symmetric') return 'ENCRYPT_DECRYPT'
    throw invalid(
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  if (spec.usages.includes(KeyUsage)) return KeyUsage
  throw invalid(`KeyUsage ${KeyUsage} is not compatible with KeySpec ${spec.name}`)
}

/**
 * The members that keys of custom key stores have go together (API_CreateKey); AWS's words for what does not
 * are not on record.
 * @throws KmsError ValidationException, UnsupportedOperationException
 */
function checkStoreMembers(
  { Origin, CustomKeyStoreId, XksKeyId, MultiRegion }: Input,
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

/**
 * The external key that a new key is to have, once its store and the external key allow it.
 * @throws KmsError CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException, XksKeyNotFoundException, …
 */
async function externalKeyOf(
  { input, caller, context }: Run<Input, unknown>,
  { read, keyStores }: Pick<Ports, 'read' | 'keyStores'>,
): Promise<{ readonly store: string; readonly external: string } | undefined> {
  const { CustomKeyStoreId, Origin, XksKeyId = '' } = input
  if (CustomKeyStoreId === undefined) return undefined
  const home = { accountId: caller.accountId, region: context.region }
  const { connectedStore, requireFree } = await import('../../core/key/store-key.ts')
  const store = await connectedStore(home, CustomKeyStoreId, read)
  if (Origin !== store.type) {
    throw invalid(`The custom key store ${store.id} has keys of the Origin ${store.type}.`)
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
  const keyStore = { store: store.id, external: XksKeyId }
  // before anything is stored for the key; the claim decides
  await requireFree(home, keyStore, context.now, read)
  return keyStore
}
