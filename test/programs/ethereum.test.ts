// @module-tag functions-long
// @module-tag long
import { KMSSigner } from '@rumblefishdev/eth-signer-kms'
import { computeAddress, JsonRpcProvider, Transaction, verifyMessage } from 'ethers'
import { expect, test } from 'vitest'
import { describeStores, type Harness } from '../support/harness.ts'

/** An Ethereum signer for AWS KMS, unmodified; it signs offline, so its node is never asked. */
async function setUp(harness: Harness) {
  const tenant = await harness.tenant()
  const { id } = await harness.key(tenant, { KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'SIGN_VERIFY' })
  const { PublicKey } = await harness.ok(tenant, 'GetPublicKey', { KeyId: id })
  const point = Buffer.from(String(PublicKey), 'base64').subarray(-65)
  const provider = new JsonRpcProvider('http://127.0.0.1:9', 1, { staticNetwork: true })
  // the same class of the same package, which types its two module systems apart
  const anyProvider = provider as unknown as Parameters<typeof KMSSigner.create>[0]
  const signer = await KMSSigner.create(anyProvider, id, harness.client(tenant))
  return { signer, provider, address: computeAddress(`0x${point.toString('hex')}`) }
}

describeStores('Ethereum', (harness) => {
  test('the sender of a transaction is recovered', async () => {
    const { signer, provider, address } = await setUp(harness)
    expect(await signer.getAddress()).toBe(address)
    for (let nonce = 0; nonce < 8; nonce++) {
      const signed = await signer.signTransaction({
        type: 2,
        chainId: 1,
        nonce,
        to: '0x000000000000000000000000000000000000dEaD',
        value: 10n ** 18n,
        gasLimit: 21_000n,
        maxFeePerGas: 30n * 10n ** 9n,
        maxPriorityFeePerGas: 10n ** 9n,
      })
      const transaction = Transaction.from(signed)
      expect(transaction.from).toBe(address)
      expect(transaction.nonce).toBe(nonce)
    }
    provider.destroy()
  })

  test('and the signer of a message', async () => {
    const { signer, provider, address } = await setUp(harness)
    const signature = await signer.signMessage('a message')
    expect(verifyMessage('a message', signature)).toBe(address)
    provider.destroy()
  })
})
