import { checkGrantId, requireGrant } from '../../core/grant/grant-lookup.ts'
import { removeGrant } from '../../core/grant/grant-store.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { dryRun, keyId, triable } from '../members.ts'
import { grantId } from './grant-members.ts'

/** Takes back a grant; the call that follows the answer is refused. */
export const revokeGrant = defineOperation({
  name: 'RevokeGrant',
  summary: 'Revokes a grant: who administers a key takes back what it permitted.',
  http: 'DELETE /v1/keys/{KeyId}/grants/{GrantId}',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, GrantId: grantId, DryRun: dryRun }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'InvalidGrantIdException',
    'KMSInvalidStateException',
    'DryRunOperationException',
  ],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: true } },
  versionOf: 'key',
  ...triable,
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate: ({ GrantId }) => checkGrantId(GrantId),
  async check({ input, keys: { key } }, { read }) {
    await requireGrant(key, input.GrantId, read)
  },
  async run({ input, keys: { key } }, ports) {
    await removeGrant(key, await requireGrant(key, input.GrantId, ports.read), ports)
  },
})
