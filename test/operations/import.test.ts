// @module-tag local: moves the clock
// @module-tag rsa
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Input } from '../support/harness.ts'
import {
  DAY,
  decrypt,
  encrypt,
  importInto,
  materials,
  metadata,
  parametersFor,
  wrap,
} from '../support/life.ts'

const EXTERNAL = { Origin: 'EXTERNAL' }
const FOREVER = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }

describeStores('Imported key material', (harness) => {
  const setUp = async (input: Input = EXTERNAL) => {
    const caller = await harness.tenant()
    return { caller, ...(await harness.key(caller, input)) }
  }

  test.for([
    ['RSAES_OAEP_SHA_1', 'RSA_2048'],
    ['RSAES_OAEP_SHA_256', 'RSA_3072'],
    ['RSAES_OAEP_SHA_256', 'RSA_4096'],
    ['RSA_AES_KEY_WRAP_SHA_1', 'RSA_3072'],
    ['RSA_AES_KEY_WRAP_SHA_256', 'RSA_4096'],
  ] as const)('%s under %s makes a symmetric key usable', async ([algorithm, spec]) => {
    const { caller, id, arn } = await setUp()
    expect(await metadata(harness, caller, id)).not.toHaveProperty('CurrentKeyMaterialId')
    const parameters = await parametersFor(harness, caller, id, algorithm, spec)
    const imported = await importInto(harness, caller, id, randomBytes(32), {}, parameters)
    expect(imported.json).toEqual({
      KeyId: arn,
      KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const described = await metadata(harness, caller, id)
    expect(described).toMatchObject({
      Enabled: true,
      KeyState: 'Enabled',
      Origin: 'EXTERNAL',
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      CurrentKeyMaterialId: imported.json['KeyMaterialId'],
    })
    expect(described).not.toHaveProperty('ValidTo')
    const ciphertext = await encrypt(harness, caller, id, 'under my own key')
    expect(await decrypt(harness, caller, ciphertext)).toBe('under my own key')
  })

  test.for([224, 256, 384, 512])('HMAC_%i authenticates with what was imported', async (bits) => {
    const { caller, id, arn } = await setUp({
      ...EXTERNAL,
      KeySpec: `HMAC_${bits}`,
      KeyUsage: 'GENERATE_VERIFY_MAC',
    })
    const material = randomBytes(bits / 8)
    expect((await importInto(harness, caller, id, material)).json).toEqual({ KeyId: arn })
    const Message = Buffer.from('authentic')
    const made = await harness.ok(caller, 'GenerateMac', {
      KeyId: id,
      Message,
      MacAlgorithm: `HMAC_SHA_${bits}`,
    })
    expect(made['Mac']).toBe(createHmac(`sha${bits}`, material).update(Message).digest('base64'))
    expect(await metadata(harness, caller, id)).not.toHaveProperty('CurrentKeyMaterialId')
  })

  test('an RSA key has the public key of what was imported, and no other comes in', async () => {
    const { caller, id } = await setUp({
      ...EXTERNAL,
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
    })
    const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const mine = pair()
    const der = mine.export({ format: 'der', type: 'pkcs8' })
    const parameters = await parametersFor(harness, caller, id, 'RSA_AES_KEY_WRAP_SHA_256')
    expect((await importInto(harness, caller, id, der, {}, parameters)).code).toBeUndefined()
    const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: id })
    expect(PublicKey).toBe(
      createPublicKey(mine).export({ format: 'der', type: 'spki' }).toString('base64'),
    )
    const other = pair().export({ format: 'der', type: 'pkcs8' })
    const refused = await importInto(harness, caller, id, other, {}, parameters)
    expectRefusal(refused, 'sdk', 'IncorrectKeyMaterialException')
    const extra = { ImportType: 'NEW_KEY_MATERIAL' }
    const words = 'ImportType can only be used with symmetric encryption keys'
    const again = await importInto(harness, caller, id, other, extra, parameters)
    expectRefusal(again, 'sdk', 'ValidationException', words)
  })

  test('parameters are good for a day, for their key, several at once', async () => {
    const { caller, id } = await setUp()
    const other = await harness.key(caller, EXTERNAL)
    const material = randomBytes(32)
    const first = await parametersFor(harness, caller, id)
    const second = await parametersFor(harness, caller, id)
    expectRefusal(
      await importInto(harness, caller, other.id, material, {}, first),
      ...(['sdk', 'InvalidImportTokenException', null] as const),
    )
    const changed = { ...first, token: Buffer.from(first.token).fill(0, 20, 21) }
    expectRefusal(
      await importInto(harness, caller, id, material, {}, changed),
      ...(['sdk', 'InvalidImportTokenException', null] as const),
    )
    const mixed = { ...first, publicKey: second.publicKey }
    expectRefusal(
      await importInto(harness, caller, id, material, {}, mixed),
      ...(['sdk', 'InvalidCiphertextException', null] as const),
    )
    for (const parameters of [second, first]) {
      const done = await importInto(harness, caller, id, material, {}, parameters)
      expect(done.code, done.text).toBeUndefined()
    }
    harness.advance(DAY)
    expectRefusal(
      await importInto(harness, caller, id, material, {}, first),
      ...(['sdk', 'ExpiredImportTokenException', null] as const),
    )
  })

  test.for([
    [
      'no model and no date',
      {},
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    ],
    [
      'a date for what does not expire',
      { ...FOREVER, ahead: DAY },
      'A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE',
    ],
    ['a date that is past', { ahead: -1000 }, 'The validTo date must be in the future'],
    ['a date too far', { ahead: 366 * DAY }, 'The validTo date must be within 365 days'],
    [
      'new material by its id',
      { ...FOREVER, ImportType: 'NEW_KEY_MATERIAL', KeyMaterialId: '0'.repeat(64) },
      'You cannot specify a KeyMaterialId when ImportType is NEW_KEY_MATERIAL',
    ],
  ] as const)('%s is refused, and the token stays good', async ([, more, words]) => {
    const { caller, id } = await setUp()
    const parameters = await parametersFor(harness, caller, id)
    const { ahead, ...rest } = { ahead: undefined, ...more }
    const material = randomBytes(32)
    const refused = await harness.call('sdk', caller, 'ImportKeyMaterial', {
      KeyId: id,
      ImportToken: parameters.token,
      EncryptedKeyMaterial: wrap(parameters.publicKey, parameters.algorithm, material),
      ...rest,
      ...(ahead !== undefined && { ValidTo: new Date(harness.target.now() + ahead) }),
    })
    expectRefusal(refused, 'sdk', 'ValidationException', words)
    const done = await importInto(harness, caller, id, material, {}, parameters)
    expect(done.code, done.text).toBeUndefined()
  })

  test('material of a wrong size is refused', async () => {
    const { caller, id } = await setUp()
    for (const size of [16, 31, 33]) {
      const refused = await importInto(harness, caller, id, randomBytes(size))
      const words = 'The key material must be 32 bytes long.'
      expectRefusal(refused, 'sdk', 'IncorrectKeyMaterialException', words)
    }
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'PendingImport' })
  })

  test('a key of another origin imports nothing', async () => {
    const caller = await harness.tenant()
    const { id, arn } = await harness.key(caller)
    const words = `${arn} origin is AWS_KMS which is not valid for this operation.`
    for (const [operation, input] of [
      [
        'GetParametersForImport',
        { WrappingAlgorithm: 'RSAES_OAEP_SHA_1', WrappingKeySpec: 'RSA_2048' },
      ],
      [
        'ImportKeyMaterial',
        { ImportToken: Buffer.from('a'), EncryptedKeyMaterial: Buffer.from('a') },
      ],
      ['DeleteImportedKeyMaterial', {}],
    ] as const) {
      const refused = await harness.call('rest', caller, operation, { KeyId: id, ...input })
      expectRefusal(refused, 'rest', 'UnsupportedOperationException', words)
    }
  })

  test.for([
    ['RSAES_PKCS1_V1_5', 'RSA_2048', 'WrappingAlgorithm RSAES_PKCS1_V1_5'],
    ['SM2PKE', 'RSA_2048', 'WrappingAlgorithm SM2PKE'],
    ['RSAES_OAEP_SHA_1', 'SM2', 'WrappingKeySpec SM2'],
  ] as const)('%s under %s is not offered', async ([WrappingAlgorithm, WrappingKeySpec, what]) => {
    const { caller, id } = await setUp()
    const input = { KeyId: id, WrappingAlgorithm, WrappingKeySpec }
    const refused = await harness.call('sdk', caller, 'GetParametersForImport', input)
    const words = `${what} is not supported in this region`
    expectRefusal(refused, 'sdk', 'UnsupportedOperationException', words)
  })

  test('deleted material comes back, other material does not', async () => {
    const { caller, id, arn } = await setUp()
    const material = randomBytes(32)
    const { json } = await importInto(harness, caller, id, material)
    const ciphertext = await encrypt(harness, caller, id, 'kept')
    const deleted = await harness.ok(caller, 'DeleteImportedKeyMaterial', { KeyId: id })
    expect(deleted).toEqual({ KeyId: arn, KeyMaterialId: json['KeyMaterialId'] })
    const described = await metadata(harness, caller, id)
    expect(described).toMatchObject({
      Enabled: false,
      KeyState: 'PendingImport',
      CurrentKeyMaterialId: json['KeyMaterialId'],
    })
    expect(described).not.toHaveProperty('ExpirationModel')
    const refused = await harness.call('sdk', caller, 'Decrypt', { CiphertextBlob: ciphertext })
    expectRefusal(refused, 'sdk', 'KMSInvalidStateException', `${arn} is pending import.`)
    // without effect, and no error
    await harness.ok(caller, 'DeleteImportedKeyMaterial', { KeyId: id })
    expectRefusal(
      await importInto(harness, caller, id, randomBytes(32)),
      ...(['sdk', 'IncorrectKeyMaterialException', null] as const),
    )
    expect((await importInto(harness, caller, id, material)).json).toEqual(json)
    expect(await decrypt(harness, caller, ciphertext)).toBe('kept')
  })

  test('new material waits for its rotation; each opens what it made; none may be missing', async () => {
    const { caller, id, arn } = await setUp()
    const [one, two, three] = [randomBytes(32), randomBytes(32), randomBytes(32)]
    const isNew = { ImportType: 'NEW_KEY_MATERIAL', KeyMaterialDescription: 'second' }
    const first = (await importInto(harness, caller, id, one)).json['KeyMaterialId']
    const early = await encrypt(harness, caller, id, 'under the first')
    const none = `No available key material pending rotation for the key: ${arn}.`
    const nothing = await harness.call('sdk', caller, 'RotateKeyOnDemand', { KeyId: id })
    expectRefusal(nothing, 'sdk', 'KMSInvalidStateException', none)
    expectRefusal(
      await importInto(harness, caller, id, one, isNew),
      ...(['sdk', 'IncorrectKeyMaterialException', null] as const),
    )

    const second = (await importInto(harness, caller, id, two, isNew)).json['KeyMaterialId']
    expect(await metadata(harness, caller, id)).toMatchObject({ CurrentKeyMaterialId: first })
    const third = await importInto(harness, caller, id, three, isNew)
    expectRefusal(third, 'sdk', 'KMSInvalidStateException')
    const words =
      /^New key material \(id: ([0-9a-f]{64})\) cannot be imported into KMS key (.*), because another key material \(id: (.*)\) is pending rotation\.$/
    const [, refusedId, key, pendingId] = words.exec(third.message ?? '') ?? []
    expect({ key, pendingId }).toEqual({ key: arn, pendingId: second })
    expect([first, second]).not.toContain(refusedId)
    expect(await materials(harness, caller, id)).toEqual([
      expect.objectContaining({ KeyMaterialId: first, KeyMaterialState: 'CURRENT' }),
      {
        KeyId: arn,
        KeyMaterialId: second,
        KeyMaterialDescription: 'second',
        KeyMaterialState: 'PENDING_ROTATION',
        ImportState: 'IMPORTED',
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      },
    ])

    expect(await harness.ok(caller, 'RotateKeyOnDemand', { KeyId: id })).toEqual({ KeyId: arn })
    expect(await metadata(harness, caller, id)).toMatchObject({ CurrentKeyMaterialId: second })
    const late = await encrypt(harness, caller, id, 'under the second')
    expect(await decrypt(harness, caller, early)).toBe('under the first')
    expect(await decrypt(harness, caller, late)).toBe('under the second')

    const former = { KeyId: id, KeyMaterialId: first }
    expect(await harness.ok(caller, 'DeleteImportedKeyMaterial', former)).toEqual({
      ...former,
      KeyId: arn,
    })
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'PendingImport' })
    expect((await materials(harness, caller, id))[0]).toMatchObject({
      KeyMaterialId: first,
      ImportState: 'PENDING_IMPORT',
    })
    expectRefusal(
      await importInto(harness, caller, id, one, { KeyMaterialId: second }),
      ...(['sdk', 'IncorrectKeyMaterialException', null] as const),
    )
    await importInto(harness, caller, id, one, { KeyMaterialId: first })
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'Enabled' })
    expect(await decrypt(harness, caller, early)).toBe('under the first')

    const unknown = { KeyId: id, KeyMaterialId: refusedId }
    const missing = await harness.call('sdk', caller, 'DeleteImportedKeyMaterial', unknown)
    expectRefusal(missing, 'sdk', 'NotFoundException')
  })

  test('material that waits can be deleted without harm, and another takes its place', async () => {
    const { caller, id } = await setUp()
    await importInto(harness, caller, id, randomBytes(32))
    const isNew = { ImportType: 'NEW_KEY_MATERIAL' }
    const { json } = await importInto(harness, caller, id, randomBytes(32), isNew)
    const KeyMaterialId = json['KeyMaterialId']
    await harness.ok(caller, 'DeleteImportedKeyMaterial', { KeyId: id, KeyMaterialId })
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'Enabled' })
    const next = await importInto(harness, caller, id, randomBytes(32), isNew)
    expect(next.code, next.text).toBeUndefined()
  })

  test('a private wrapping key stands in no item as it is', async () => {
    const { caller, id } = await setUp()
    await parametersFor(harness, caller, id)
    const { items } = await harness.inside.store.query({
      pk: `${caller.accountId}/us-east-1`,
      prefix: `import#${id}#`,
      limit: 10,
    })
    expect(items).toHaveLength(1)
    const [item] = items
    expect(Object.keys(item?.data ?? {})).toEqual(['secret'])
    // PKCS#8 of an RSA key begins with its version and the OID rsaEncryption (RFC 8017 §A.1)
    const bytes = Buffer.from(String(item?.data['secret']), 'base64')
    expect(bytes.includes(Buffer.from('06092a864886f70d010101', 'hex'))).toBe(false)
    expect(item?.due).toBe(
      (item?.expires ?? 0) * 1000 - ((1000 - ((item?.due ?? 0) % 1000)) % 1000),
    )
  })
})
