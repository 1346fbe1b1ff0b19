// @module-tag functions
import { expect } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey } from '../support/harness.ts'
import { bytesOf, KEM, type Kem, kem, ML_KEM, SETS, type Spec } from '../support/kem.ts'

const DRY = 'The request would have succeeded, but the DryRun option is set.'

const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed.at(at) ?? 0) ^ 1
  return changed
}
async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const keys = new Map<Spec, Kem>()
  for (const { spec } of SETS) keys.set(spec, await kem(harness, caller, spec))
  const off = async (key: MadeKey, operation: string) => {
    await harness.ok(caller, operation, { KeyId: key.id })
    return key
  }
  const agreement = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }
  await harness.ok(caller, 'CreateAlias', {
    AliasName: 'alias/kem',
    TargetKeyId: keys.get('ML_KEM_768')?.id,
  })
  return {
    caller,
    keys,
    another: await kem(harness, caller, 'ML_KEM_768'),
    symmetric: await harness.key(caller),
    agreement: await harness.key(caller, agreement),
    disabled: await off(await harness.key(caller, KEM('ML_KEM_512')), 'DisableKey'),
    leaving: await off(await harness.key(caller, KEM('ML_KEM_512')), 'ScheduleKeyDeletion'),
    waiting: await harness.key(caller, { ...KEM('ML_KEM_512'), Origin: 'EXTERNAL' }),
  }
}
type F = Awaited<ReturnType<typeof setUp>>
const keyOf = ({ keys }: F, spec: Spec = 'ML_KEM_768'): Kem => {
  const key = keys.get(spec)
  if (key === undefined) throw new Error(`no key ${spec}`)
  return key
}

/** What both operations refuse alike; `more` is what Decapsulate needs beside. */
const refusals = (operation: string, more: (f: F) => object): Case<F>[] => [
  ...(
    [
      ['symmetric', 'ENCRYPT_DECRYPT'],
      ['agreement', 'KEY_AGREEMENT'],
    ] as const
  ).map(
    ([which, usage]): Case<F> => ({
      title: `a key for ${usage}`,
      input: (f) => ({ KeyId: f[which].id, ...ML_KEM, ...more(f) }),
      refused: 'InvalidKeyUsageException',
      message: (f) => `${f[which].arn} key usage is ${usage} which is not valid for ${operation}.`,
    }),
  ),
  {
    title: 'a disabled key',
    input: (f) => ({ KeyId: f.disabled.id, ...ML_KEM, ...more(f) }),
    refused: 'DisabledException',
    message: ({ disabled }) => `${disabled.arn} is disabled.`,
  },
  {
    title: 'a key that is pending deletion',
    input: (f) => ({ KeyId: f.leaving.id, ...ML_KEM, ...more(f) }),
    refused: 'KMSInvalidStateException',
    message: ({ leaving }) => `${leaving.arn} is pending deletion.`,
  },
  {
    title: 'a key without its material',
    input: (f) => ({ KeyId: f.waiting.id, ...ML_KEM, ...more(f) }),
    refused: 'KMSInvalidStateException',
    message: ({ waiting }) => `${waiting.arn} is pending import.`,
  },
  {
    title: 'another algorithm',
    input: (f) => ({ KeyId: keyOf(f).id, ...more(f), EncapsulationAlgorithm: 'ML_KEM_768' }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value 'ML_KEM_768' at 'encapsulationAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ML_KEM]",
  },
  {
    title: 'no algorithm',
    input: (f) => ({ KeyId: keyOf(f).id, ...more(f) }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'encapsulationAlgorithm' failed to satisfy constraint: Member must not be null",
  },
  {
    title: 'a grant token that nobody was given',
    input: (f) => ({ KeyId: keyOf(f).id, ...ML_KEM, ...more(f), GrantTokens: ['one'] }),
    refused: 'InvalidGrantTokenException',
  },
  {
    title: 'a dry run',
    input: (f) => ({ KeyId: keyOf(f).id, ...ML_KEM, ...more(f), DryRun: true }),
    refused: 'DryRunOperationException',
    message: DRY,
  },
  {
    title: 'a dry run on a key of another usage',
    input: (f) => ({ KeyId: f.symmetric.id, ...ML_KEM, ...more(f), DryRun: true }),
    refused: 'InvalidKeyUsageException',
  },
]

describeStores('Key encapsulation', (harness) => {
  testOperation<F>(harness, 'Encapsulate', () => setUp(harness), [
    ...SETS.map(
      ({ spec, ciphertext }): Case<F> => ({
        title: `${spec}: 32 bytes, and ${ciphertext} that Decapsulate finds them in`,
        input: (f) => ({ KeyId: keyOf(f, spec).id, ...ML_KEM }),
        gives: (f) => ({
          KeyId: keyOf(f, spec).arn,
          SharedSecret: expect.any(String),
          SharedSecretCiphertextBlob: expect.any(String),
          EncapsulationAlgorithm: 'ML_KEM',
        }),
        async after(f, { json }) {
          const blob = bytesOf(json['SharedSecretCiphertextBlob'])
          expect(blob).toHaveLength(ciphertext)
          expect(bytesOf(json['SharedSecret'])).toHaveLength(32)
          expect(bytesOf(json['SharedSecret'])).not.toEqual(keyOf(f, spec).secret)
          const found = await harness.ok(f.caller, 'Decapsulate', {
            KeyId: keyOf(f, spec).id,
            SharedSecretCiphertextBlob: blob,
            ...ML_KEM,
          })
          expect(found['SharedSecret']).toBe(json['SharedSecret'])
        },
      }),
    ),
    {
      title: 'a key by its alias',
      input: () => ({ KeyId: 'alias/kem', ...ML_KEM }),
      after: (f, { json }) => expect(json['KeyId']).toBe(keyOf(f).arn),
    },
    ...refusals('Encapsulate', () => ({})),
  ])

  testOperation<F>(harness, 'Decapsulate', () => setUp(harness), [
    ...SETS.flatMap(({ spec, noble, ciphertext }): Case<F>[] => {
      const decapsulated = (f: F) => ({
        KeyId: keyOf(f, spec).arn,
        SharedSecret: expect.any(String),
        EncapsulationAlgorithm: 'ML_KEM',
      })
      const other = [...SETS.map((set) => set.ciphertext), 1, 6144].filter(
        (length) => length !== ciphertext,
      )
      /** noble’s is fixed, so that both ways are asked the same */
      const theirs = (f: F) =>
        noble.encapsulate(keyOf(f, spec).publicKey, new Uint8Array(32).fill(5))
      return [
        {
          title: `${spec}: what noble encapsulated to the public key of GetPublicKey`,
          input: (f) => ({
            KeyId: keyOf(f, spec).id,
            SharedSecretCiphertextBlob: Buffer.from(theirs(f).cipherText),
            ...ML_KEM,
          }),
          gives: decapsulated,
          after: (f, { json }) =>
            expect(bytesOf(json['SharedSecret'])).toEqual(Buffer.from(theirs(f).sharedSecret)),
        },
        {
          title: `${spec}: a changed ciphertext gives another secret, the same each time (implicit rejection)`,
          input: (f) => ({
            KeyId: keyOf(f, spec).id,
            SharedSecretCiphertextBlob: flipped(keyOf(f, spec).ciphertext, 100),
            ...ML_KEM,
          }),
          gives: decapsulated,
          async after(f, { json }) {
            expect(bytesOf(json['SharedSecret'])).toHaveLength(32)
            expect(bytesOf(json['SharedSecret'])).not.toEqual(keyOf(f, spec).secret)
            const again = await harness.ok(f.caller, 'Decapsulate', {
              KeyId: keyOf(f, spec).id,
              SharedSecretCiphertextBlob: flipped(keyOf(f, spec).ciphertext, 100),
              ...ML_KEM,
            })
            expect(again['SharedSecret']).toBe(json['SharedSecret'])
          },
        },
        ...[ciphertext - 1, ciphertext + 1, ...other].flatMap((length) =>
          [false, true].map(
            (DryRun): Case<F> => ({
              title: `${spec}: ${length} bytes${DryRun ? ', in a dry run' : ''} (API_Decapsulate)`,
              input: (f) => ({
                KeyId: keyOf(f, spec).id,
                SharedSecretCiphertextBlob: Buffer.alloc(length, 7),
                ...ML_KEM,
                DryRun,
              }),
              refused: 'InvalidCiphertextException',
              message: null,
            }),
          ),
        ),
      ]
    }),
    {
      title: 'what was made for another key of the same spec gives another secret',
      input: (f) => ({
        KeyId: keyOf(f).id,
        SharedSecretCiphertextBlob: f.another.ciphertext,
        ...ML_KEM,
      }),
      after: (f, { json }) => expect(bytesOf(json['SharedSecret'])).not.toEqual(f.another.secret),
    },
    {
      title: 'a key by its alias',
      input: (f) => ({
        KeyId: 'alias/kem',
        SharedSecretCiphertextBlob: keyOf(f).ciphertext,
        ...ML_KEM,
      }),
      after: (f, { json }) => expect(bytesOf(json['SharedSecret'])).toEqual(keyOf(f).secret),
    },
    {
      title: 'a ciphertext longer than any',
      input: (f) => ({
        KeyId: keyOf(f).id,
        SharedSecretCiphertextBlob: Buffer.alloc(6145),
        ...ML_KEM,
      }),
      refused: 'ValidationException',
    },
    {
      title: 'no ciphertext',
      input: (f) => ({ KeyId: keyOf(f).id, ...ML_KEM }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'sharedSecretCiphertextBlob' failed to satisfy constraint: Member must not be null",
    },
    ...refusals('Decapsulate', (f) => ({ SharedSecretCiphertextBlob: keyOf(f).ciphertext })),
  ])
})
