import type { CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import type { ProxyStore } from '../custom-key-store/xks.ts'
import type { Keyring } from '../key/keyring.ts'

export type Credentials = Pick<Keyring, 'openSecret'>

/** What wraps a secret says whose it is: moved to another store or access key id, it does not open. */
const contextOf = ({ region, id }: CustomKeyStoreName, accessKeyId: string) => ({
  'xks-proxy-credential': accessKeyId,
  'custom-key-store': id,
  region,
})

/** Wraps the secret access key of a proxy's credential, as those of the account's own access keys are. */
export const sealCredential = (
  wrapping: Pick<Keyring, 'sealSecret'>,
  store: CustomKeyStoreName,
  { accessKeyId, secret }: { readonly accessKeyId: string; readonly secret: string },
): Promise<string> =>
  wrapping.sealSecret(store.accountId, contextOf(store, accessKeyId), Buffer.from(secret))

/** The secret access key, as the text that it is. */
export async function openCredential(
  credentials: Credentials,
  { proxy: { accessKeyId, secret }, ...store }: ProxyStore,
): Promise<string> {
  const bytes = await credentials.openSecret(store.accountId, contextOf(store, accessKeyId), secret)
  try {
    return bytes.toString()
  } finally {
    bytes.fill(0)
  }
}
