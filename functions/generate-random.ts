import { randomBytesPooled } from '../core/crypto/random.ts'
import { invalid, KmsError } from '../core/errors.ts'
import { defineOperation } from '../core/operation.ts'
import { blob, integer, optional, string, struct } from '../core/shape.ts'
import { lambda } from './lambda.ts'

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
  }),
  output: struct({ Plaintext: blob({ min: 1, max: 4096, sensitive: true }) }),
  errors: ['CustomKeyStoreNotFoundException'],
  keys: {},
  mutates: false,
  uses: [],
  validate({ NumberOfBytes, CustomKeyStoreId }) {
    if (NumberOfBytes === undefined) throw invalid('NumberOfBytes is required.')
    if (CustomKeyStoreId === undefined) return
    throw new KmsError(
      'CustomKeyStoreNotFoundException',
      `The custom key store with ID ${CustomKeyStoreId} does not exist.`,
    )
  },
  run: ({ input }) => ({ Plaintext: randomBytesPooled(input.NumberOfBytes ?? 0) }),
})
export const handler = lambda(generateRandom)
