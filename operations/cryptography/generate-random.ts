import { invalid, KmsError } from '../../core/base/errors.ts'
import type { StoreHome } from '../../core/custom-key-store/cluster.ts'
import { readStores } from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireState, requireStore } from '../../core/custom-key-store/refusals.ts'
import { defineOperation, type Ports } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import { blob, integer, optional, string, struct } from '../../core/shape/shapes.ts'
import { ciphertextForRecipient, recipient } from '../members.ts'

/** Answers random bytes of the operating system's generator, by way of OpenSSL's CTR_DRBG, or of a cluster's own. */
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
  errors: [
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNotFoundException',
    'UnsupportedOperationException',
  ],
  keys: {},
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  uses: ['read', 'clusters', 'random'],
  validate({ NumberOfBytes }) {
    if (NumberOfBytes === undefined) throw invalid('NumberOfBytes is required.')
  },
  async run({ input, caller: { accountId }, context: { region }, attestation }, ports) {
    const { NumberOfBytes = 0, CustomKeyStoreId } = input
    const bytes =
      CustomKeyStoreId === undefined
        ? ports.random.bytes(NumberOfBytes)
        : await randomOf({ accountId, region }, CustomKeyStoreId, NumberOfBytes, ports)
    const { plaintext, CiphertextForRecipient } = await disclose(bytes, attestation)
    return { Plaintext: plaintext, CiphertextForRecipient }
  },
})

/** Random bytes of the cluster of a custom key store; a proxy has none to give. */
async function randomOf(
  home: StoreHome,
  id: string,
  length: number,
  { read, clusters }: Pick<Ports, 'read' | 'clusters'>,
): Promise<Buffer> {
  const store = requireStore((await readStores(home, read)).stores, id)
  if (store.type !== 'AWS_CLOUDHSM') {
    throw new KmsError(
      'UnsupportedOperationException',
      `A custom key store of the type ${store.type} generates no random bytes.`,
    )
  }
  requireState(store, 'CONNECTED')
  return (await clusters.open()).random(home, store, length)
}
