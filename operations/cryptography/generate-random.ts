import { invalid, KmsError } from '../../core/base/errors.ts'
import { randomBytesPooled } from '../../core/crypto/random.ts'
import { readStores } from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireStore } from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import { blob, integer, optional, string, struct } from '../../core/shape/shapes.ts'
import { ciphertextForRecipient, recipient } from '../members.ts'

/** Answers random bytes of the operating system's generator, by way of OpenSSL's CTR_DRBG. */
export const generateRandom = defineOperation({
  name: 'GenerateRandom',
  summary: 'Answers cryptographically secure random bytes.',
  http: 'POST /v1/random',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html',
  audience: 'tenant',
  input: struct({
    NumberOfBytes: optional(integer({ min: 1, max: 1024 })),
    CustomKeyStoreId: optional(string({ min: 1, max: 64 })),
    Recipient: recipient,
  }),
  output: struct({
    Plaintext: optional(blob({ min: 1, max: 4096, sensitive: true })),
    CiphertextForRecipient: ciphertextForRecipient,
  }),
  errors: ['CustomKeyStoreNotFoundException', 'UnsupportedOperationException'],
  keys: {},
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  uses: ['read'],
  validate({ NumberOfBytes }) {
    if (NumberOfBytes === undefined) throw invalid('NumberOfBytes is required.')
  },
  async check({ input: { CustomKeyStoreId }, caller: { accountId }, context }, { read }) {
    if (CustomKeyStoreId === undefined) return
    // every store is at a proxy, which has no random bytes to give
    const { stores } = await readStores({ accountId, region: context.region }, read)
    const { type } = requireStore(stores, CustomKeyStoreId)
    throw new KmsError(
      'UnsupportedOperationException',
      `A custom key store of the type ${type} generates no random bytes.`,
    )
  },
  async run({ input, attestation }) {
    const bytes = randomBytesPooled(input.NumberOfBytes ?? 0)
    const { plaintext, CiphertextForRecipient } = await disclose(bytes, attestation)
    return { Plaintext: plaintext, CiphertextForRecipient }
  },
})
