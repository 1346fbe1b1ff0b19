import { keyArn } from '../../core/base/arn.ts'
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
import { askerOf, defineOperation } from '../../core/operation.ts'
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
import { checkStoreMembers, heldKeyOf } from './held-key.ts'

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
    'CloudHsmClusterInvalidConfigurationException',
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNotFoundException',
    'XksKeyAlreadyInUseException',
    'XksKeyInvalidConfigurationException',
    'XksKeyNotFoundException',
  ],
  keys: {},
  newKeyId: ({ MultiRegion }, random) => random.keyId(MultiRegion === true),
  // a key that is born with tags needs the permission to tag (API_CreateKey, Tags)
  onNewKey: ({ Tags = [] }) => (Tags.length > 0 ? ['kms:TagResource'] : []),
  mutates: true,
  audited: ({ input, output }) => ({
    parameters: defaultsOf(input),
    made: output?.KeyMetadata.Arn,
  }),
  uses: ['read', 'write', 'wrapping', 'access', 'keyStores', 'clusters'],
  validate(input) {
    chosenUsage(input, chosenSpec(input))
    checkStoreMembers(input, chosenSpec(input))
    withTags([], input.Tags ?? [])
    if (input.Policy !== undefined) checkPolicySize(input.Policy)
  },
  async run(call, ports) {
    const { write, wrapping, access } = ports
    const { input, caller, context } = call
    const { Policy: document } = input
    const { accountId } = caller
    const { region, now } = context
    const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
    const held = await heldKeyOf(call, ports)
    const meant =
      document === undefined
        ? {}
        : await access.checkKeyPolicy(call, keyArn(region, accountId, call.newKeyId), {
            text: document,
            bypassLockoutCheck,
          })
    const spec = chosenSpec(input)
    const external = input.Origin === 'EXTERNAL'
    const key = newKey(
      { accountId, region, id: call.newKeyId },
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
    if (held !== undefined && material !== undefined) {
      const { store, external, generate } = held
      const keyStore = { store: store.id, external, material }
      const made = { ...key, data: { ...data, keyStore }, held: { store, state: data.state } }
      const { writeStoreKey } = await import('../../core/key/store-key.ts')
      const by = context.requestId
      await writeStoreKey(
        { key: made, keyStore, asked: store, at: now, by, generate },
        { ...ports.read, ...write },
      )
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
