import { createECDH } from 'node:crypto'
import type { Input } from './harness.ts'
import { wrap } from './life.ts'
import { documented, requiredOf } from './openapi.ts'
import { iamSamples } from './openapi-samples-iam.ts'
import { allowAll, type OpenapiWorld, type Sample, trusting } from './openapi-world.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const CARD = base64('4111 1111 1111 1111')
const EncryptionContext = { tenant: 'acme', table: 'cards' }
const MAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }
const SIGNING = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
const KEM = { KeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' }
const AGREEMENT = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }
const IMPORTED = { Origin: 'EXTERNAL' }
const MULTI = { MultiRegion: true }
const ECDSA = 'ECDSA_SHA_256'
const MESSAGE = base64('invoice 2041')
const KEY_TAGS = [{ TagKey: 'team', TagValue: 'payments' }]
const USES = ['Encrypt', 'Decrypt']

/** DER of a public key on P-256: a fixed head, and the point. */
const otherSide = (): string => {
  const point = createECDH('prime256v1').generateKeys()
  const head = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')
  return Buffer.concat([head, point]).toString('base64')
}
const key =
  (more: Input = {}, input: Input = {}): Sample =>
  async (w) => ({ KeyId: await w.key(input), ...more })
/** of a tenant that the operator works on */
const account =
  (more: (w: OpenapiWorld) => Input): Sample =>
  async (w) => ({ AccountId: await w.account(), ...more(w) })
const user =
  (more: Input = {}): Sample =>
  async (w) => {
    const AccountId = await w.account()
    return { AccountId, Type: 'user', Name: await w.user2(AccountId), ...more }
  }
const OWN_PRINCIPAL = ({ tenant }: OpenapiWorld) => `arn:aws:iam::${tenant.accountId}:root`

async function grant(w: OpenapiWorld) {
  const KeyId = await w.key()
  const GranteePrincipal = OWN_PRINCIPAL(w)
  const made = await w.call('CreateGrant', { KeyId, GranteePrincipal, Operations: USES })
  return { KeyId, GrantId: String(made['GrantId']), GrantToken: String(made['GrantToken']) }
}
async function accessKey(w: OpenapiWorld) {
  const AccountId = await w.account()
  const UserName = await w.user2(AccountId)
  const { AccessKeyId } = await w.call('CreateAccessKey', { AccountId, UserName })
  return { AccountId, AccessKeyId: String(AccessKeyId) }
}
async function xksCredential(w: OpenapiWorld) {
  const AccountId = await w.account()
  const Name = await w.user2(AccountId)
  const made = await w.call('CreateXksCredential', { AccountId, Type: 'user', Name })
  const { AccessKeyId } = made['XksProxyAuthenticationCredential'] as Record<string, unknown>
  return { AccountId, AccessKeyId: String(AccessKeyId) }
}
async function keyStore(w: OpenapiWorld) {
  const { CustomKeyStoreId } = await w.call('CreateCustomKeyStore', await w.keyStore())
  return { CustomKeyStoreId: String(CustomKeyStoreId) }
}
async function material(w: OpenapiWorld, KeyId: string) {
  const parameters = await w.call('GetParametersForImport', {
    KeyId,
    WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    WrappingKeySpec: 'RSA_2048',
  })
  const publicKey = Buffer.from(String(parameters['PublicKey']), 'base64')
  return {
    KeyId,
    ImportToken: parameters['ImportToken'],
    EncryptedKeyMaterial: wrap(publicKey, 'RSAES_OAEP_SHA_256', Buffer.alloc(32, 7)).toString(
      'base64',
    ),
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  }
}
const issuer = (w: OpenapiWorld) => ({
  Issuer: `https://${w.name('login')}.example.com`,
  Audiences: ['orders-web'],
})
const installationIssuer = (w: OpenapiWorld) => ({
  ...issuer(w),
  TenantClaim: 'org',
  TenantBy: 'value',
  Rules: [
    { RoleName: 'support', Claims: [{ Claim: 'groups', Equals: ['support'] }] },
    { RoleName: 'app', Claims: [] },
  ],
})

const OF_KEYS: Readonly<Record<string, Sample>> = {
  CreateKey: () => ({ Description: 'Card numbers of Acme', Tags: KEY_TAGS }),
  ListKeys: () => ({ Limit: 2 }),
  UpdateKeyDescription: key({ Description: 'Card numbers' }),
  ScheduleKeyDeletion: key({ PendingWindowInDays: 7 }),
  async CancelKeyDeletion(w) {
    const KeyId = await w.key()
    await w.call('ScheduleKeyDeletion', { KeyId })
    return { KeyId }
  },
  ReplicateKey: key({ ReplicaRegion: 'eu-central-1' }, MULTI),
  async UpdatePrimaryRegion(w) {
    const KeyId = await w.key(MULTI)
    await w.call('ReplicateKey', { KeyId, ReplicaRegion: 'eu-central-1' })
    return { KeyId, PrimaryRegion: 'eu-central-1' }
  },
  CreateAlias: async (w) => ({
    AliasName: `alias/${w.name('orders')}`,
    TargetKeyId: await w.key(),
  }),
  ListAliases: async (w) => {
    const KeyId = await w.key()
    await w.alias(KeyId)
    return { KeyId }
  },
  UpdateAlias: async (w) => ({ AliasName: await w.alias(), TargetKeyId: await w.key() }),
  PutAliasRotation: async (w) => ({
    AliasName: await w.alias(await w.key(MAC)),
    RotationPeriodInDays: 180,
  }),
  async GetAliasRotation(w) {
    const AliasName = await w.alias(await w.key(MAC))
    await w.call('PutAliasRotation', { AliasName, RotationPeriodInDays: 180 })
    return { AliasName }
  },
  async DeleteAliasRotation(w) {
    const AliasName = await w.alias(await w.key(MAC))
    await w.call('PutAliasRotation', { AliasName, RotationPeriodInDays: 180 })
    return { AliasName }
  },
  TagResource: key({ Tags: KEY_TAGS }),
  UntagResource: key({ TagKeys: ['team'] }),
  ListResourceTags: key({}, { Tags: KEY_TAGS }),
  PutKeyPolicy: async (w) => ({
    KeyId: await w.key(),
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: OWN_PRINCIPAL(w) }, Action: 'kms:*', Resource: '*' },
      ],
    }),
  }),
  async ListKeyPolicyChanges(w) {
    const put = await OF_KEYS['PutKeyPolicy']?.(w)
    await w.call('PutKeyPolicy', put)
    return { KeyId: put?.['KeyId'] }
  },
  CreateGrant: async (w) => ({
    KeyId: await w.key(),
    GranteePrincipal: OWN_PRINCIPAL(w),
    Operations: USES,
    Constraints: { EncryptionContextSubset: { tenant: 'acme' } },
  }),
  ListGrants: async (w) => ({ KeyId: (await grant(w)).KeyId }),
  ListRetirableGrants: (w) => ({ RetiringPrincipal: OWN_PRINCIPAL(w) }),
  RetireGrant: async (w) => ({ GrantToken: (await grant(w)).GrantToken }),
  RevokeGrant: async (w) => {
    const { KeyId, GrantId } = await grant(w)
    return { KeyId, GrantId }
  },
  ExplainAccess: async (w) => ({
    KeyId: await w.key(),
    Principal: OWN_PRINCIPAL(w),
    Action: 'kms:Decrypt',
    EncryptionContext,
  }),
  PreviewKeyPolicy: async (w) => ({
    KeyId: await w.key(),
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Administer',
          Effect: 'Allow',
          Principal: { AWS: OWN_PRINCIPAL(w) },
          NotAction: 'kms:Decrypt',
          Resource: '*',
        },
      ],
    }),
    Limit: 1,
  }),
  EnableKeyRotation: key({ RotationPeriodInDays: 180 }),
  ListKeyRotations: key({ IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
  GetParametersForImport: key(
    { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' },
    IMPORTED,
  ),
  ImportKeyMaterial: async (w) => material(w, await w.key(IMPORTED)),
  async DeleteImportedKeyMaterial(w) {
    const KeyId = await w.key(IMPORTED)
    await w.call('ImportKeyMaterial', await material(w, KeyId))
    return { KeyId }
  },
  CreateCustomKeyStore: (w) => w.keyStore(),
  DescribeCustomKeyStores: keyStore,
  UpdateCustomKeyStore: async (w) => ({
    ...(await keyStore(w)),
    NewCustomKeyStoreName: w.name('vault'),
  }),
  ConnectCustomKeyStore: keyStore,
  async DisconnectCustomKeyStore(w) {
    const store = await keyStore(w)
    await w.call('ConnectCustomKeyStore', store)
    await w.settled()
    return store
  },
  DeleteCustomKeyStore: keyStore,
}

const OF_MATERIAL: Readonly<Record<string, Sample>> = {
  Encrypt: key({ Plaintext: CARD, EncryptionContext }),
  async Decrypt(w) {
    const input = { KeyId: await w.key(), Plaintext: CARD, EncryptionContext }
    const { CiphertextBlob } = await w.call('Encrypt', input)
    return { CiphertextBlob, EncryptionContext }
  },
  async ReEncrypt(w) {
    const input = { KeyId: await w.key(), Plaintext: CARD, EncryptionContext }
    const { CiphertextBlob } = await w.call('Encrypt', input)
    return {
      CiphertextBlob,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: await w.key(),
      DestinationEncryptionContext: EncryptionContext,
    }
  },
  GenerateDataKey: key({ KeySpec: 'AES_256', EncryptionContext }),
  GenerateDataKeyWithoutPlaintext: key({ KeySpec: 'AES_256', EncryptionContext }),
  GenerateDataKeyPair: key({ KeyPairSpec: 'ECC_NIST_P256' }),
  GenerateDataKeyPairWithoutPlaintext: key({ KeyPairSpec: 'ECC_NIST_P256' }),
  GenerateRandom: () => ({ NumberOfBytes: 32 }),
  GetPublicKey: key({}, SIGNING),
  Sign: key({ Message: MESSAGE, SigningAlgorithm: ECDSA }, SIGNING),
  async Verify(w) {
    const input = { KeyId: await w.key(SIGNING), Message: MESSAGE, SigningAlgorithm: ECDSA }
    const { Signature } = await w.call('Sign', input)
    return { ...input, Signature }
  },
  GenerateMac: key({ Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' }, MAC),
  async VerifyMac(w) {
    const input = { KeyId: await w.key(MAC), Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' }
    const { Mac } = await w.call('GenerateMac', input)
    return { ...input, Mac }
  },
  DeriveSharedSecret: async (w) => ({
    KeyId: await w.key(AGREEMENT),
    KeyAgreementAlgorithm: 'ECDH',
    PublicKey: otherSide(),
  }),
  Encapsulate: key({ EncapsulationAlgorithm: 'ML_KEM' }, KEM),
  async Decapsulate(w) {
    const input = { KeyId: await w.key(KEM), EncapsulationAlgorithm: 'ML_KEM' }
    const { SharedSecretCiphertextBlob } = await w.call('Encapsulate', input)
    return { ...input, SharedSecretCiphertextBlob }
  },
}

const OF_CALLERS: Readonly<Record<string, Sample>> = {
  GetAccessKeyInfo: ({ tenant }) => ({ AccessKeyId: tenant.accessKeyId }),
  GetSessionToken: () => ({ DurationSeconds: 3600 }),
  GetFederationToken: () => ({ Name: 'carol', DurationSeconds: 3600, Policy: allowAll }),
  AssumeRole: async (w) => ({
    RoleArn: `arn:aws:iam::${w.tenant.accountId}:role/${await w.role()}`,
    RoleSessionName: 'nightly',
    DurationSeconds: 3600,
  }),
  AssumeRoleWithWebIdentity: () => ({ RoleSessionName: 'browser', DurationSeconds: 3600 }),
  AssumeRoleWithAwsIdentity: () => ({ DurationSeconds: 3600 }),
  ListAuditRecords: () => ({ Limit: 1, EventName: 'CreateKey' }),
}

const OF_THE_OPERATOR: Readonly<Record<string, Sample>> = {
  CreateTenant: () => ({ Name: 'Globex', ExternalId: 'customer-42' }),
  ListTenants: () => ({ Limit: 1 }),
  UpdateTenant: account(() => ({ Name: 'Globex Corporation' })),
  async ResumeTenant(w) {
    const AccountId = await w.account()
    await w.call('SuspendTenant', { AccountId })
    return { AccountId }
  },
  ScheduleTenantDeletion: account(() => ({ PendingWindowInDays: 7 })),
  async GetTenantDeletion(w) {
    const AccountId = await w.account()
    await w.call('ScheduleTenantDeletion', { AccountId })
    return { AccountId }
  },
  async CancelTenantDeletion(w) {
    const AccountId = await w.account()
    await w.call('ScheduleTenantDeletion', { AccountId })
    return { AccountId }
  },
  PutAuditRetention: account(() => ({ Days: 400 })),
  CreateAccessKey: async (w) => {
    const AccountId = await w.account()
    return { AccountId, UserName: await w.user2(AccountId) }
  },
  UpdateAccessKey: async (w) => ({ ...(await accessKey(w)), Status: 'Inactive' }),
  DeleteAccessKey: accessKey,
  CreatePrincipal: account((w) => ({
    Type: 'user',
    Name: w.name('bob'),
    Policy: allowAll,
    CreateAccessKey: true,
  })),
  ListPrincipals: async (w) => {
    const AccountId = await w.account()
    await w.user2(AccountId)
    return { AccountId }
  },
  GetPrincipal: user(),
  DeletePrincipal: user(),
  PutPrincipalPolicy: user({ PolicyName: 'use-keys', Policy: allowAll }),
  async DeletePrincipalPolicy(w) {
    const policy = { ...(await user()(w)), PolicyName: 'use-keys' }
    await w.call('PutPrincipalPolicy', { ...policy, Policy: allowAll })
    return policy
  },
  PutPermissionsBoundary: user({ Policy: allowAll }),
  async DeletePermissionsBoundary(w) {
    const named = await user()(w)
    await w.call('PutPermissionsBoundary', { ...named, Policy: allowAll })
    return named
  },
  async ListPrincipalPolicyChanges(w) {
    const named = await user()(w)
    await w.call('PutPrincipalPolicy', { ...named, PolicyName: 'use-keys', Policy: allowAll })
    return named
  },
  async PutTrustPolicy(w) {
    const AccountId = await w.account()
    const Name = await w.role2(AccountId)
    return { AccountId, Type: 'role', Name, TrustPolicy: trusting(AccountId) }
  },
  TagPrincipal: user({ Tags: KEY_TAGS }),
  UntagPrincipal: user({ TagKeys: ['team'] }),
  RevokeSessions: user(),
  CreateSession: async (w) => {
    const AccountId = await w.account()
    return { AccountId, UserName: await w.user2(AccountId), Mfa: true, DurationSeconds: 3600 }
  },
  CreateOidcIssuer: account((w) => issuer(w)),
  ListOidcIssuers: async (w) => {
    const AccountId = await w.account()
    await w.call('CreateOidcIssuer', { AccountId, ...issuer(w) })
    return { AccountId }
  },
  async DeleteOidcIssuer(w) {
    const AccountId = await w.account()
    const { IssuerId } = await w.call('CreateOidcIssuer', { AccountId, ...issuer(w) })
    return { AccountId, IssuerId }
  },
  async UpdateOidcIssuer(w) {
    const AccountId = await w.account()
    const { IssuerId } = await w.call('CreateOidcIssuer', { AccountId, ...issuer(w) })
    return { AccountId, IssuerId, Audiences: ['orders-web', 'orders-mobile'] }
  },
  CreateInstallationIssuer: installationIssuer,
  ListInstallationIssuers: () => ({ Limit: 1 }),
  async DeleteInstallationIssuer(w) {
    const { IssuerId } = await w.call('CreateInstallationIssuer', installationIssuer(w))
    return { IssuerId }
  },
  async UpdateInstallationIssuer(w) {
    const { IssuerId } = await w.call('CreateInstallationIssuer', installationIssuer(w))
    return { IssuerId, Audiences: ['orders-web', 'orders-mobile'] }
  },
  async PutTenantValues(w) {
    const { IssuerId } = await w.call('CreateInstallationIssuer', installationIssuer(w))
    return { AccountId: await w.account(), IssuerId, Values: ['org_globex'] }
  },
  async ListTenantValues(w) {
    const { IssuerId } = await w.call('CreateInstallationIssuer', installationIssuer(w))
    const AccountId = await w.account()
    await w.call('PutTenantValues', { AccountId, IssuerId, Values: ['org_globex'] })
    return { AccountId }
  },
  CreateXksCredential: user(),
  ListXksCredentials: async (w) => ({ AccountId: (await xksCredential(w)).AccountId }),
  RotateXksCredential: xksCredential,
  DeleteXksCredential: xksCredential,
  AdvanceClock: () => ({ Duration: '1m' }),
}

const SAMPLES: ReadonlyMap<string, Sample> = new Map(
  [OF_KEYS, OF_MATERIAL, OF_CALLERS, OF_THE_OPERATOR, iamSamples].flatMap((some) =>
    Object.entries(some),
  ),
)

/** What an operation names that needs no sample of its own: that alone which it can't do without. */
const NAMED: ReadonlyMap<string, (world: OpenapiWorld) => Promise<string>> = new Map([
  ['KeyId', (w: OpenapiWorld) => w.key()],
  ['AliasName', (w: OpenapiWorld) => w.alias()],
  ['AccountId', (w: OpenapiWorld) => w.account()],
])

/**
 * A request of an operation that succeeds: its sample, or else a new key, alias or tenant where it needs no more.
 * @throws Error for an operation that needs other members and has no sample
 */
export async function sampleOf(world: OpenapiWorld, operationId: string): Promise<Input> {
  const sample = SAMPLES.get(operationId)
  if (sample !== undefined) return sample(world)
  const members = requiredOf(documented(operationId).details).map(async (name) => {
    const made = NAMED.get(name)
    if (made === undefined)
      throw new Error(`test/support/openapi-samples.ts has no ${operationId}: it needs a ${name}`)
    return [name, await made(world)] as const
  })
  return Object.fromEntries(await Promise.all(members))
}
