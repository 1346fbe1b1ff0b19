// @module-tag functions-long
import { describe, expect, test } from 'vitest'
import {
  ANY_ID,
  ANY_TIME,
  alice,
  asAws,
  KEY,
  MATERIAL,
  NOT_OURS,
  type Recorded,
} from '../support/cloudtrail.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'

const PAGE = 'https://docs.aws.amazon.com/kms/latest/developerguide'
const CONTEXT = { Department: 'Engineering', Project: 'Alpha' }
const NUMBER = '1234abcd-12ab-34cd-56ef-1234567890ab'

/** What there is to call with: of one tenant, made before. */
interface World {
  readonly tenant: Tenant
  /** a symmetric key, by id and ARN */
  readonly id: string
  readonly arn: string
  readonly other: { readonly id: string; readonly arn: string }
  readonly signer: { readonly id: string; readonly arn: string }
  readonly mac: { readonly id: string; readonly arn: string }
  readonly kem: { readonly id: string; readonly arn: string }
  readonly ciphertext: string
  readonly signature: string
  readonly code: string
  readonly encapsulated: string
  readonly grantId: string
  readonly grantToken: string
}

/** What a sample has beside who, when and where; members that it doesn't have are absent. */
interface Sample {
  /** of the guide, ct-… */
  readonly page: string
  readonly operation: string
  readonly input: (world: World) => Input
  readonly parameters: (world: World) => Recorded | null
  readonly response?: (world: World) => unknown
  readonly additional?: (world: World) => Recorded
  readonly readOnly: boolean
  readonly resources: (world: World) => readonly string[]
}

const alias = (world: World, name: string) =>
  `arn:aws:kms:${REGION}:${world.tenant.accountId}:${name}`
const reads = { readOnly: true, resources: ({ arn }: World) => [arn] }
const changes = {
  readOnly: false,
  resources: ({ arn }: World) => [arn],
  response: ({ arn }: World) => ({ keyId: arn }),
}
const usesMaterial = { ...reads, additional: () => ({ keyMaterialId: MATERIAL }) }

/** In the order in which they are called: what one makes another may take away. */
const SAMPLES: readonly Sample[] = [
  {
    page: 'ct-encrypt',
    operation: 'Encrypt',
    input: ({ arn }) => ({ KeyId: arn, Plaintext: 'AAAA', EncryptionContext: CONTEXT }),
    parameters: ({ arn }) => ({
      encryptionContext: CONTEXT,
      keyId: arn,
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }),
    ...usesMaterial,
  },
  {
    page: 'ct-decrypt',
    operation: 'Decrypt',
    input: ({ ciphertext }) => ({ CiphertextBlob: ciphertext, EncryptionContext: CONTEXT }),
    parameters: ({ arn }) => ({
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      keyId: arn,
      encryptionContext: CONTEXT,
    }),
    ...usesMaterial,
  },
  {
    page: 'ct-generatedatakey',
    operation: 'GenerateDataKey',
    input: ({ id }) => ({ KeyId: id, KeySpec: 'AES_256', EncryptionContext: CONTEXT }),
    parameters: ({ id }) => ({ keyId: id, keySpec: 'AES_256', encryptionContext: CONTEXT }),
    ...usesMaterial,
  },
  {
    page: 'ct-generatedatakeyplaintext',
    operation: 'GenerateDataKeyWithoutPlaintext',
    input: ({ id }) => ({ KeyId: id, KeySpec: 'AES_256', EncryptionContext: CONTEXT }),
    parameters: ({ id }) => ({ keyId: id, keySpec: 'AES_256', encryptionContext: CONTEXT }),
    ...usesMaterial,
  },
  {
    page: 'ct-generatedatakeypair',
    operation: 'GenerateDataKeyPair',
    input: ({ id }) => ({ KeyId: id, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext: CONTEXT }),
    parameters: ({ id }) => ({
      keyPairSpec: 'ECC_NIST_P256',
      encryptionContext: CONTEXT,
      keyId: id,
    }),
    ...usesMaterial,
  },
  {
    page: 'ct-generatedatakeypairwithoutplaintext',
    operation: 'GenerateDataKeyPairWithoutPlaintext',
    input: ({ id }) => ({ KeyId: id, KeyPairSpec: 'ECC_NIST_P256' }),
    parameters: ({ id }) => ({ keyPairSpec: 'ECC_NIST_P256', keyId: id }),
    ...usesMaterial,
  },
  {
    page: 'ct-reencrypt',
    operation: 'ReEncrypt',
    input: ({ ciphertext, other }) => ({
      CiphertextBlob: ciphertext,
      SourceEncryptionContext: CONTEXT,
      DestinationKeyId: other.id,
      DestinationEncryptionContext: { Level: '3A' },
    }),
    parameters: ({ other }) => ({
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      sourceEncryptionContext: CONTEXT,
      destinationKeyId: other.id,
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      destinationEncryptionContext: { Level: '3A' },
    }),
    additional: () => ({ destinationKeyMaterialId: MATERIAL, sourceKeyMaterialId: MATERIAL }),
    readOnly: true,
    resources: ({ arn, other }) => [arn, other.arn],
  },
  {
    page: 'ct-sign',
    operation: 'Sign',
    input: ({ signer }) => ({
      KeyId: signer.id,
      Message: 'AAAA',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    parameters: ({ signer }) => ({
      messageType: 'RAW',
      keyId: signer.id,
      signingAlgorithm: 'ECDSA_SHA_256',
    }),
    readOnly: true,
    resources: ({ signer }) => [signer.arn],
  },
  {
    page: 'ct-verify',
    operation: 'Verify',
    input: ({ signer, signature }) => ({
      KeyId: signer.id,
      Message: 'AAAA',
      Signature: signature,
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    parameters: ({ signer }) => ({
      signingAlgorithm: 'ECDSA_SHA_256',
      keyId: signer.id,
      messageType: 'RAW',
    }),
    readOnly: true,
    resources: ({ signer }) => [signer.arn],
  },
  {
    page: 'ct-generatemac',
    operation: 'GenerateMac',
    input: ({ mac }) => ({ KeyId: mac.id, Message: 'AAAA', MacAlgorithm: 'HMAC_SHA_512' }),
    parameters: ({ mac }) => ({ macAlgorithm: 'HMAC_SHA_512', keyId: mac.id }),
    readOnly: true,
    resources: ({ mac }) => [mac.arn],
  },
  {
    page: 'ct-verifymac',
    operation: 'VerifyMac',
    input: ({ mac, code }) => ({
      KeyId: mac.id,
      Message: 'AAAA',
      Mac: code,
      MacAlgorithm: 'HMAC_SHA_512',
    }),
    parameters: ({ mac }) => ({ macAlgorithm: 'HMAC_SHA_512', keyId: mac.id }),
    readOnly: true,
    resources: ({ mac }) => [mac.arn],
  },
  {
    page: 'ct-encapsulate',
    operation: 'Encapsulate',
    input: ({ kem }) => ({ KeyId: kem.id, EncapsulationAlgorithm: 'ML_KEM' }),
    parameters: ({ kem }) => ({ keyId: kem.id, encapsulationAlgorithm: 'ML_KEM' }),
    readOnly: true,
    resources: ({ kem }) => [kem.arn],
  },
  {
    page: 'ct-decapsulate',
    operation: 'Decapsulate',
    input: ({ kem, encapsulated }) => ({
      KeyId: kem.id,
      EncapsulationAlgorithm: 'ML_KEM',
      SharedSecretCiphertextBlob: encapsulated,
    }),
    parameters: ({ kem }) => ({ keyId: kem.id, encapsulationAlgorithm: 'ML_KEM' }),
    readOnly: true,
    resources: ({ kem }) => [kem.arn],
  },
  {
    page: 'ct-generaterandom',
    operation: 'GenerateRandom',
    input: () => ({ NumberOfBytes: 16 }),
    parameters: () => ({ numberOfBytes: 16 }),
    readOnly: true,
    resources: () => [],
  },
  {
    page: 'ct-describekey',
    operation: 'DescribeKey',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...reads,
  },
  {
    page: 'ct-getkeypolicy',
    operation: 'GetKeyPolicy',
    input: ({ id }) => ({ KeyId: id, PolicyName: 'default' }),
    parameters: ({ id }) => ({ keyId: id, policyName: 'default' }),
    ...reads,
  },
  {
    page: 'ct-listaliases',
    operation: 'ListAliases',
    input: () => ({ Limit: 5 }),
    parameters: () => ({ limit: 5 }),
    readOnly: true,
    resources: () => [],
  },
  {
    page: 'ct-listgrants',
    operation: 'ListGrants',
    input: ({ id }) => ({ KeyId: id, Limit: 10 }),
    parameters: ({ id }) => ({ keyId: id, limit: 10 }),
    ...reads,
  },
  {
    page: 'ct-createalias',
    operation: 'CreateAlias',
    input: ({ id }) => ({ AliasName: 'alias/ExampleAlias', TargetKeyId: id }),
    parameters: ({ id }) => ({ aliasName: 'alias/ExampleAlias', targetKeyId: id }),
    ...changes,
    resources: (world) => [world.arn, alias(world, 'alias/ExampleAlias')],
  },
  {
    page: 'ct-updatealias',
    operation: 'UpdateAlias',
    input: ({ other }) => ({ AliasName: 'alias/ExampleAlias', TargetKeyId: other.id }),
    parameters: ({ other }) => ({ aliasName: 'alias/ExampleAlias', targetKeyId: other.id }),
    readOnly: false,
    response: ({ other }) => ({ keyId: other.arn }),
    // and the key that it leaves, so that whoever looks for that one finds it
    resources: (world) => [alias(world, 'alias/ExampleAlias'), world.other.arn, world.arn],
  },
  {
    page: 'ct-deletealias',
    operation: 'DeleteAlias',
    input: () => ({ AliasName: 'alias/ExampleAlias' }),
    parameters: () => ({ aliasName: 'alias/ExampleAlias' }),
    readOnly: false,
    response: ({ other }) => ({ keyId: other.arn }),
    resources: (world) => [alias(world, 'alias/ExampleAlias'), world.other.arn],
  },
  {
    page: 'ct-creategrant',
    operation: 'CreateGrant',
    input: ({ arn, tenant }) => ({
      KeyId: arn,
      GranteePrincipal: `arn:aws:iam::${tenant.accountId}:root`,
      Operations: ['Encrypt', 'RetireGrant'],
      Constraints: { EncryptionContextSubset: { ContextKey1: 'Value1' } },
    }),
    parameters: ({ arn, tenant }) => ({
      keyId: arn,
      constraints: { encryptionContextSubset: { ContextKey1: 'Value1' } },
      operations: ['Encrypt', 'RetireGrant'],
      granteePrincipal: `arn:aws:iam::${tenant.accountId}:root`,
    }),
    ...changes,
    response: ({ arn }) => ({ grantId: MATERIAL, keyId: arn }),
  },
  {
    page: 'ct-retire-grant',
    operation: 'RetireGrant',
    input: ({ grantToken }) => ({ GrantToken: grantToken }),
    parameters: () => null,
    ...changes,
    additional: ({ grantId }) => ({ grantId }),
  },
  {
    page: 'ct-revoke-grant',
    operation: 'RevokeGrant',
    input: ({ id, grantId }) => ({ KeyId: id, GrantId: grantId }),
    parameters: ({ id, grantId }) => ({ keyId: id, grantId }),
    ...changes,
  },
  {
    page: 'ct-put-key-policy',
    operation: 'PutKeyPolicy',
    input: ({ id, tenant }) => ({ KeyId: id, PolicyName: 'default', Policy: policyOf(tenant) }),
    parameters: ({ id, tenant }) => ({
      keyId: id,
      policyName: 'default',
      policy: policyOf(tenant),
      bypassPolicyLockoutSafetyCheck: false,
    }),
    ...changes,
  },
  {
    page: 'ct-tagresource',
    operation: 'TagResource',
    input: ({ arn }) => ({ KeyId: arn, Tags: [{ TagKey: 'Department', TagValue: 'IT' }] }),
    parameters: ({ arn }) => ({ keyId: arn, tags: [{ tagKey: 'Department', tagValue: 'IT' }] }),
    ...changes,
  },
  {
    page: 'ct-untagresource',
    operation: 'UntagResource',
    input: ({ arn }) => ({ KeyId: arn, TagKeys: ['Department'] }),
    parameters: ({ arn }) => ({ keyId: arn, tagKeys: ['Department'] }),
    ...changes,
  },
  {
    page: 'ct-update-key-description',
    operation: 'UpdateKeyDescription',
    input: ({ id }) => ({ KeyId: id, Description: 'New key description' }),
    parameters: ({ id }) => ({ keyId: id, description: 'New key description' }),
    ...changes,
  },
  {
    page: 'ct-enablekeyrotation',
    operation: 'EnableKeyRotation',
    input: ({ id }) => ({ KeyId: id, RotationPeriodInDays: 180 }),
    parameters: ({ id }) => ({ keyId: id, rotationPeriodInDays: 180 }),
    ...changes,
  },
  {
    page: 'ct-getkeyrotationstatus',
    operation: 'GetKeyRotationStatus',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...reads,
  },
  {
    page: 'ct-rotatekeyondemand',
    operation: 'RotateKeyOnDemand',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...changes,
  },
  {
    page: 'ct-listkeyrotations',
    operation: 'ListKeyRotations',
    input: ({ id }) => ({ KeyId: id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
    parameters: ({ id }) => ({ keyId: id, includeKeyMaterial: 'ALL_KEY_MATERIAL' }),
    ...reads,
  },
  {
    page: 'ct-disable-key-rotation',
    operation: 'DisableKeyRotation',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...changes,
  },
  {
    page: 'ct-disablekey',
    operation: 'DisableKey',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...changes,
  },
  {
    page: 'ct-enablekey',
    operation: 'EnableKey',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...changes,
  },
  {
    page: 'ct-schedule-key-deletion',
    operation: 'ScheduleKeyDeletion',
    input: ({ id }) => ({ KeyId: id, PendingWindowInDays: 20 }),
    parameters: ({ id }) => ({ pendingWindowInDays: 20, keyId: id }),
    ...changes,
    response: ({ arn }) => ({
      keyId: arn,
      keyState: 'PendingDeletion',
      deletionDate: expect.any(String),
      pendingWindowInDays: 20,
    }),
  },
  {
    page: 'ct-cancel-key-deletion',
    operation: 'CancelKeyDeletion',
    input: ({ id }) => ({ KeyId: id }),
    parameters: ({ id }) => ({ keyId: id }),
    ...changes,
  },
]

const policyOf = ({ accountId }: Tenant) =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

describeStores('AWS’s sample events', (harness) => {
  const made: { world?: World; user?: Awaited<ReturnType<typeof alice>> } = {}

  async function world(): Promise<World> {
    if (made.world !== undefined) return made.world
    const tenant = await harness.tenant()
    made.user = await alice(harness, tenant)
    const key = await harness.key(tenant)
    const other = await harness.key(tenant)
    const signer = await harness.key(tenant, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const mac = await harness.key(tenant, { KeySpec: 'HMAC_512', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const Message = 'AAAA'
    const sealed = await harness.ok(tenant, 'Encrypt', {
      KeyId: key.id,
      Plaintext: Message,
      EncryptionContext: CONTEXT,
    })
    const signed = await harness.ok(tenant, 'Sign', {
      KeyId: signer.id,
      Message,
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
    const authenticated = await harness.ok(tenant, 'GenerateMac', {
      KeyId: mac.id,
      Message,
      MacAlgorithm: 'HMAC_SHA_512',
    })
    const kem = await harness.key(tenant, {
      KeySpec: 'ML_KEM_768',
      KeyUsage: 'ENCAPSULATE_DECAPSULATE',
    })
    const encapsulated = await harness.ok(tenant, 'Encapsulate', {
      KeyId: kem.id,
      EncapsulationAlgorithm: 'ML_KEM',
    })
    made.world = {
      tenant,
      ...key,
      other,
      signer,
      mac,
      kem,
      ciphertext: String(sealed['CiphertextBlob']),
      signature: String(signed['Signature']),
      code: String(authenticated['Mac']),
      encapsulated: String(encapsulated['SharedSecretCiphertextBlob']),
      grantId: '',
      grantToken: '',
    }
    return made.world
  }

  /** Alice is whom a grant is for, so that she may retire it. */
  async function withGrant(world: World): Promise<World> {
    const { GrantId, GrantToken } = await harness.ok(world.tenant, 'CreateGrant', {
      KeyId: world.id,
      GranteePrincipal: made.user?.arn,
      RetiringPrincipal: made.user?.arn,
      Operations: ['Encrypt'],
    })
    return { ...world, grantId: String(GrantId), grantToken: String(GrantToken) }
  }

  test.for(SAMPLES)('$page: $operation', async (sample) => {
    const { operation, page } = sample
    const there = /Re(tire|voke)/.test(operation) ? await withGrant(await world()) : await world()
    const { tenant } = there
    const { user } = made
    if (user === undefined) throw new Error('nobody calls')
    const outcome = await harness.call('aws', user.credential, operation, sample.input(there))
    expect(outcome.code, `${PAGE}/${page}.html`).toBeUndefined()
    const records = await harness.trail(tenant, { EventName: operation, Principal: 'Alice' })
    const record = records.find(
      ({ requestID }) => requestID === outcome.headers['x-amzn-requestid'],
    )
    expect(asAws(record)).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: user.id,
        arn: user.arn,
        accountId: tenant.accountId,
        accessKeyId: user.credential.accessKeyId,
        userName: 'Alice',
      },
      eventTime: ANY_TIME,
      eventSource: 'kms.amazonaws.com',
      eventName: operation,
      awsRegion: REGION,
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.any(String),
      requestParameters: sample.parameters(there),
      responseElements: sample.response?.(there) ?? null,
      ...(sample.additional !== undefined && { additionalEventData: sample.additional(there) }),
      requestID: expect.any(String),
      eventID: ANY_ID,
      readOnly: sample.readOnly,
      resources: sample.resources(there).map(KEY),
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: tenant.accountId,
      eventCategory: 'Management',
    })
    for (const name of NOT_OURS) expect(record).not.toHaveProperty(name)
  })

  describe('that make a key, or fail', () => {
    test('ct-createkey: defaults are logged, and the key is a resource', async () => {
      const { tenant } = await world()
      const { id, arn } = await harness.key(tenant, { Origin: 'EXTERNAL' })
      const [record] = await harness.trail(tenant, { EventName: 'CreateKey', KeyId: id })
      expect(record).toMatchObject({
        responseElements: { keyMetadata: { keyId: id, arn, keyState: 'PendingImport' } },
        readOnly: false,
      })
      expect(record?.['resources']).toEqual([KEY(arn)])
      expect(record?.['requestParameters']).toEqual({
        description: '',
        origin: 'EXTERNAL',
        bypassPolicyLockoutSafetyCheck: false,
        customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        keySpec: 'SYMMETRIC_DEFAULT',
        keyUsage: 'ENCRYPT_DECRYPT',
      })
    })

    test('ct-decrypt, failure: code and text, the algorithm, and the key that was named', async () => {
      const { tenant, ciphertext, other } = await world()
      await harness.call('aws', tenant, 'Decrypt', { CiphertextBlob: ciphertext, KeyId: other.arn })
      const [record] = await harness.trail(tenant, { ErrorCode: 'IncorrectKeyException' })
      expect(record).toMatchObject({
        errorCode: 'IncorrectKeyException',
        errorMessage:
          'The key ID in the request does not identify a CMK that can perform this operation.',
        requestParameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: other.arn },
        responseElements: null,
        readOnly: true,
      })
      expect(asAws(record)).not.toHaveProperty('additionalEventData')
      expect(record?.['resources']).toEqual([KEY(other.arn)])
    })

    test('AccessDenied for AccessDeniedException; others by name (CloudTrail, errorCode)', async () => {
      const { tenant, id, arn } = await world()
      const { credential } = await harness.user(tenant, 'nobody')
      if (credential === undefined) throw new Error('no access key')
      const denied = await harness.call('aws', credential, 'DisableKey', { KeyId: id })
      expect(denied.code).toBe('AccessDeniedException')
      for (const ErrorCode of ['AccessDenied', 'AccessDeniedException']) {
        const [record] = await harness.trail(tenant, { ErrorCode, KeyId: id })
        expect(record).toMatchObject({ errorCode: 'AccessDenied', eventName: 'DisableKey' })
        expect(record?.['resources']).toEqual([KEY(arn)])
      }
      await harness.call('aws', tenant, 'DescribeKey', { KeyId: NUMBER })
      const [missing] = await harness.trail(tenant, { KeyId: NUMBER })
      expect(missing).toMatchObject({ errorCode: 'NotFoundException', resources: [] })
    })
  })

  test('ct-getparametersforimport: readOnly, though something is kept for the import', async () => {
    const { tenant } = await world()
    const { id, arn } = await harness.key(tenant, { Origin: 'EXTERNAL' })
    await harness.ok(tenant, 'GetParametersForImport', {
      KeyId: id,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    })
    const [record] = await harness.trail(tenant, { EventName: 'GetParametersForImport' })
    expect(record).toMatchObject({
      requestParameters: {
        keyId: id,
        wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        wrappingKeySpec: 'RSA_2048',
      },
      responseElements: null,
      readOnly: true,
      resources: [KEY(arn)],
    })
  })

  test('sessionContext of an assumed role has its issuer, and the identity no name of its own', async () => {
    const { tenant } = await world()
    const role = await harness.role(tenant, 'auditor', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' }],
      }),
    })
    const user = await harness.user(tenant, 'starts', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }],
      }),
    })
    if (user.credential === undefined) throw new Error('no access key')
    const session = await assume(user.credential, role.arn)
    await harness.ok(session, 'ListKeys')
    for (const Principal of ['auditor', role.arn, role.id, session.accessKeyId]) {
      const [record] = await harness.trail(tenant, { EventName: 'ListKeys', Principal })
      expect(record?.['userIdentity']).toEqual({
        type: 'AssumedRole',
        principalId: `${role.id}:evening`,
        arn: `arn:aws:sts::${tenant.accountId}:assumed-role/auditor/evening`,
        accountId: tenant.accountId,
        accessKeyId: session.accessKeyId,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: role.id,
            arn: role.arn,
            accountId: tenant.accountId,
            userName: 'auditor',
          },
          attributes: { creationDate: ANY_TIME, mfaAuthenticated: 'false' },
        },
      })
    }
  })

  async function assume(credential: Parameters<typeof harness.ok>[0], RoleArn: string) {
    const input = { RoleArn, RoleSessionName: 'evening' }
    const { Credentials } = await harness.ok(credential, 'AssumeRole', input, { via: 'rest' })
    const issued = Credentials as Record<string, string>
    return {
      accountId: credential.accountId,
      accessKeyId: String(issued['AccessKeyId']),
      secretAccessKey: String(issued['SecretAccessKey']),
      sessionToken: String(issued['SessionToken']),
    }
  }
})
