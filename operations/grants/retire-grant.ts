import { invalid, KmsError } from '../../core/base/errors.ts'
import { checkGrantId, requireGrant } from '../../core/grant/grant-lookup.ts'
import { removeGrant } from '../../core/grant/grant-store.ts'
import { grantNamedBy } from '../../core/grant/grant-token.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct, type TypeOf } from '../../core/shape/shapes.ts'
import { dryRun, keyId, triable } from '../members.ts'
import { grantId, grantToken } from './grant-members.ts'

const input = struct({
  GrantToken: optional(grantToken),
  KeyId: optional(keyId),
  GrantId: optional(grantId),
  DryRun: dryRun,
})
type Input = TypeOf<typeof input>

/** The grant that is meant: by its token, or by key and id. */
function meant({ GrantToken, KeyId, GrantId }: Input): { key: string; id: string } {
  const token = GrantToken === undefined ? undefined : grantNamedBy(GrantToken)
  return { key: KeyId ?? token?.key ?? '', id: GrantId ?? token?.id ?? '' }
}

/** Ends a grant whose work is done; the grant says who may. */
export const retireGrant = defineOperation({
  name: 'RetireGrant',
  summary: 'Retires a grant: whom it names ends it when its work is done.',
  http: 'POST /v1/grants/retire',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html',
  differs: 'A GrantToken beside KeyId and GrantId must be one of that very grant.',
  audience: 'tenant',
  input,
  errors: [
    'InvalidArnException',
    'InvalidGrantTokenException',
    'InvalidGrantIdException',
    'NotFoundException',
    'KMSInvalidStateException',
    'DryRunOperationException',
  ],
  keys: {
    key: {
      from: ['KeyId', 'GrantToken'],
      readings: { GrantToken: (token) => grantNamedBy(String(token)).key },
      grant: (input) => meant(input).id,
      states: ANY,
      alias: false,
      crossAccount: true,
    },
  },
  versionOf: 'key',
  ...triable,
  grantTokens: ({ GrantToken }) => (GrantToken === undefined ? [] : [GrantToken]),
  mutates: true,
  // a token that is none names no key
  audited: ({ input, keys }) => ({ additional: keys.key && { grantId: meant(input).id } }),
  uses: ['read', 'write', 'remove'],
  validate(input) {
    const { GrantToken, KeyId, GrantId } = input
    if (GrantToken === undefined && (KeyId === undefined || GrantId === undefined)) {
      throw invalid('Grant token OR (grant ID, KMS key ARN) is required')
    }
    checkGrantId(meant(input).id)
  },
  async check({ input, keys: { key } }, { read }) {
    const { id } = meant(input)
    const token = input.GrantToken === undefined ? undefined : grantNamedBy(input.GrantToken)
    if (token !== undefined && (token.key !== key.arn || token.id !== id)) {
      throw new KmsError('InvalidGrantTokenException', 'The grant token is not of this grant.')
    }
    await requireGrant(key, id, read)
  },
  async run({ input, keys: { key } }, ports) {
    await removeGrant(key, await requireGrant(key, meant(input).id, ports.read), ports)
  },
})
