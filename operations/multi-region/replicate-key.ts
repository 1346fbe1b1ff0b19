import { keyArn } from '../../core/base/arn.ts'
import { defaultPolicy } from '../../core/key/key-policy.ts'
import { keyMetadata as describe } from '../../core/key/metadata.ts'
import { notPrimary } from '../../core/key/primary.ts'
import { REPLICABLE } from '../../core/key/state.ts'
import { checkPolicySize, storePolicy } from '../../core/key/stored-policy.ts'
import { withTags } from '../../core/key/tags.ts'
import { recordShared } from '../../core/lifecycle/pending-acts.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, optional, struct } from '../../core/shape/shapes.ts'
import { description, keyId, keyMetadata, policy, region, tags } from '../members.ts'

/** Makes a replica of a multi-Region primary key in another Region: same id, same material, all else its own. */
export const replicateKey = defineOperation({
  name: 'ReplicateKey',
  summary: 'Makes a replica of a multi-Region key in another Region.',
  http: 'POST /v1/keys/{KeyId}/replicas',
  status: 201,
  idempotencyKey: true,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html',
  differs:
    'The replica is Enabled (PendingImport where its material is imported) when it is answered; AWS KMS answers Creating, for minutes. A Region that the installation is not in (`TENKEY_REGION`, `STACK_REPLICAS`) or of another partition is refused with UnsupportedOperationException.',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    ReplicaRegion: region,
    Policy: optional(policy),
    BypassPolicyLockoutSafetyCheck: optional(boolean),
    Description: optional(description),
    Tags: optional(tags),
  }),
  output: struct({
    ReplicaKeyMetadata: optional(keyMetadata),
    ReplicaPolicy: optional(policy),
    ReplicaTags: optional(tags),
  }),
  errors: [
    'AlreadyExistsException',
    'DisabledException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'LimitExceededException',
    'MalformedPolicyDocumentException',
    'NotFoundException',
    'TagException',
    'UnsupportedOperationException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: REPLICABLE,
      whenDisabled: 'DisabledException',
      alias: false,
      crossAccount: false,
    },
  },
  elsewhere: {
    region: ({ ReplicaRegion }) => ReplicaRegion,
    alsoActions: () => ['kms:CreateKey'],
    onNewKey: ({ Tags = [] }) => (Tags.length > 0 ? ['kms:TagResource'] : []),
    // what the call is there: a CreateKey
    recorded: ({ input, keys: { key }, output }) => ({
      name: 'CreateKey',
      parameters: {
        ...defaults,
        origin: key?.data.origin,
        keySpec: key?.data.spec,
        customerMasterKeySpec: key?.data.spec,
        keyUsage: key?.data.usage,
        multiRegion: true,
        description: input.Description ?? defaults.description,
      },
      response: {
        keyMetadata: output?.ReplicaKeyMetadata && keyMetadata.redact(output.ReplicaKeyMetadata),
      },
      resource: output?.ReplicaKeyMetadata?.Arn,
    }),
  },
  versionOf: 'key',
  mutates: true,
  audited: () => ({ parameters: defaults }),
  uses: ['relating', 'access', 'acts'],
  validate({ Tags = [], Policy }) {
    withTags([], Tags)
    if (Policy !== undefined) checkPolicySize(Policy)
  },
  async check({ input, keys: { key }, context }, { relating }) {
    // before any complaint about the Region (recorded)
    if (key.related?.type !== 'PRIMARY') throw notPrimary(key)
    const { checkServed } = await import('../../core/key/supported-region.ts')
    await checkServed(context, input.ReplicaRegion, relating)
  },
  async run(call, { relating, access, acts }) {
    const { input, keys, context } = call
    const { key } = keys
    const { ReplicaRegion: region, Policy: document, Tags = [] } = input
    const { related, accountId, id } = key
    if (related === undefined) throw notPrimary(key)
    const { makeReplica } = await import('../../core/lifecycle/replicas.ts')
    const replica = await makeReplica(
      key,
      related,
      {
        region,
        by: context.requestId,
        created: context.now,
        description: input.Description ?? '',
        tags: withTags([], Tags),
        async storePolicy() {
          if (document === undefined) return undefined
          const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
          const there = { ...call, context: { ...context, region } }
          const given = { text: document, bypassLockoutCheck }
          const meant = await access.checkKeyPolicy(there, keyArn(region, accountId, id), given)
          return storePolicy({ accountId, region, id }, { document, meant }, relating)
        },
      },
      relating,
    )
    await recordShared(key, acts, relating, context.now)
    return {
      ReplicaKeyMetadata: describe(replica),
      ReplicaPolicy: document ?? defaultPolicy(accountId, region),
      ...(Tags.length > 0 && { ReplicaTags: Tags }),
    }
  },
})

/** What AWS KMS logs of members that were not sent. */
const defaults = { bypassPolicyLockoutSafetyCheck: false, description: '' }
