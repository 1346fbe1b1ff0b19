import type { Input } from './harness.ts'
import type { OpenapiWorld } from './openapi-world.ts'

/** A request that is refused with a code. */
export interface Refused {
  readonly operation: string
  readonly input: Input
  readonly way?: string
  readonly headers?: Readonly<Record<string, string>>
}

const NOBODY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const MESSAGE = Buffer.from('invoice 2041').toString('base64')
const SIGNING = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
const MAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }

/** By code, what is refused with it: the examples of refusals in docs/openapi.json are recorded of these. */
export const REFUSALS: Readonly<
  Record<string, (world: OpenapiWorld) => Promise<Refused> | Refused>
> = {
  AccessDeniedException: async (w) => ({
    operation: 'AssumeRole',
    input: {
      RoleArn: `arn:aws:iam::${w.tenant.accountId}:role/nobody`,
      RoleSessionName: 'nightly',
    },
  }),
  AlreadyExistsException: async (w) => ({
    operation: 'CreateAlias',
    input: { AliasName: `alias/${await w.alias()}`, TargetKeyId: await w.key() },
  }),
  async DisabledException(w) {
    const KeyId = await w.key()
    await w.call('DisableKey', { KeyId })
    return { operation: 'Encrypt', input: { KeyId, Plaintext: MESSAGE } }
  },
  DryRunOperationException: async (w) => ({
    operation: 'Encrypt',
    input: { KeyId: await w.key(), Plaintext: MESSAGE, DryRun: true },
  }),
  EntityAlreadyExistsException: async (w) => ({
    operation: 'IamCreateUser',
    input: { UserName: await w.user() },
  }),
  async DeleteConflictException(w) {
    const UserName = await w.user()
    await w.call('IamCreateAccessKey', { UserName })
    return { operation: 'IamDeleteUser', input: { UserName } }
  },
  IncorrectKeyException: async (w) => {
    const { CiphertextBlob } = await w.call('Encrypt', { KeyId: await w.key(), Plaintext: MESSAGE })
    return { operation: 'Decrypt', input: { KeyId: await w.key(), CiphertextBlob } }
  },
  InvalidArnException: (w) => ({
    operation: 'DisableKey',
    input: { KeyId: `arn:aws:kms:us-east-1:${w.tenant.accountId}:alias/orders` },
  }),
  async InvalidCiphertextException(w) {
    const input = {
      KeyId: await w.key(),
      Plaintext: MESSAGE,
      EncryptionContext: { tenant: 'acme' },
    }
    const { CiphertextBlob } = await w.call('Encrypt', input)
    return {
      operation: 'Decrypt',
      input: { CiphertextBlob, EncryptionContext: { tenant: 'other' } },
    }
  },
  InvalidGrantIdException: async (w) => ({
    operation: 'ListGrants',
    input: { KeyId: await w.key(), GrantId: 'g-1' },
  }),
  InvalidGrantTokenException: async (w) => ({
    operation: 'Encrypt',
    input: { KeyId: await w.key(), Plaintext: MESSAGE, GrantTokens: ['no token'] },
  }),
  InvalidKeyUsageException: async (w) => ({
    operation: 'Encrypt',
    input: { KeyId: await w.key(SIGNING), Plaintext: MESSAGE },
  }),
  InvalidMarkerException: () => ({ operation: 'ListKeys', input: { Marker: 'no marker' } }),
  KMSInvalidMacException: async (w) => ({
    operation: 'VerifyMac',
    input: {
      KeyId: await w.key(MAC),
      Message: MESSAGE,
      MacAlgorithm: 'HMAC_SHA_256',
      Mac: Buffer.alloc(32).toString('base64'),
    },
  }),
  async KMSInvalidSignatureException(w) {
    const KeyId = await w.key(SIGNING)
    const input = { KeyId, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256' }
    const { Signature } = await w.call('Sign', input)
    const Message = Buffer.from('invoice 2042').toString('base64')
    return { operation: 'Verify', input: { ...input, Message, Signature } }
  },
  async KMSInvalidStateException(w) {
    const KeyId = await w.key()
    await w.call('ScheduleKeyDeletion', { KeyId })
    return { operation: 'Encrypt', input: { KeyId, Plaintext: MESSAGE } }
  },
  MalformedPolicyDocumentException: async (w) => ({
    operation: 'PutKeyPolicy',
    input: { KeyId: await w.key(), Policy: '{"Version":"2012-10-17"}' },
  }),
  NotFoundException: () => ({ operation: 'DescribeKey', input: { KeyId: NOBODY } }),
  NoSuchEntityException: () => ({ operation: 'IamGetUser', input: { UserName: 'nobody' } }),
  CustomKeyStoreNotFoundException: () => ({
    operation: 'DeleteCustomKeyStore',
    input: { CustomKeyStoreId: 'cks-1234567890abcdef0' },
  }),
  PreconditionFailedException: async (w) => ({
    operation: 'UpdateKeyDescription',
    input: { KeyId: await w.key(), Description: 'Card numbers' },
    headers: { 'if-match': '"99"' },
  }),
  SerializationException: async (w) => ({
    operation: 'UpdateKeyDescription',
    input: { KeyId: await w.key(), Description: 17 },
  }),
  UnsupportedOperationException: async (w) => ({
    operation: 'ReplicateKey',
    input: { KeyId: await w.key(), ReplicaRegion: 'eu-central-1' },
  }),
  ValidationException: async (w) => ({
    operation: 'Encrypt',
    input: { KeyId: await w.key(), Plaintext: MESSAGE, encryptionContext: { tenant: 'acme' } },
  }),
}
