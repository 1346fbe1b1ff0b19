import { randomBytes } from 'node:crypto'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { type RootKey, RootKeyUnavailable } from './root.ts'
import { GLOBAL, tenantKeyContext } from './tenant-key-context.ts'

/** bytes of a tenant key, as the port has it */
const KEY_LENGTH = 32
/** that of the operator's own tenant key, which an installation wraps first */
const CONTEXT = tenantKeyContext(OPERATOR_ACCOUNT, GLOBAL)

/**
 * Wraps 32 random bytes and opens them again: the right to one of the two alone would be noticed only
 * when what was wrapped is needed.
 * @throws RootKeyRefused, RootKeyUnavailable
 */
export async function proveRoot(root: Pick<RootKey, 'id' | 'wrap' | 'unwrap'>): Promise<void> {
  const bytes = randomBytes(KEY_LENGTH)
  const opened = await root.unwrap(await root.wrap(bytes, CONTEXT), CONTEXT)
  if (bytes.equals(opened)) return
  throw new RootKeyUnavailable(`root key ${root.id} does not open what it wrapped`)
}
