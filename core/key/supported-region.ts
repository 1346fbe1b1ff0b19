import { KmsError } from '../base/errors.ts'
import { INSTALLATION, installationItem, isForgotten } from '../item/installation.ts'
import type { Store } from '../store/store.ts'
import { isServed, type Served } from './primary.ts'

/**
 * That a key can be in a Region: the installation, as the store has it, has that, and has not lost it for good.
 * @throws KmsError UnsupportedOperationException
 */
export async function checkServed(
  context: Served,
  wanted: string,
  { get }: Pick<Store, 'get'>,
): Promise<void> {
  if (isServed(context, wanted) && !(await isLost())) return
  async function isLost(): Promise<boolean> {
    if (!context.otherRegions?.includes(wanted)) return false
    const [item] = await get([INSTALLATION])
    return item !== undefined && isForgotten(installationItem.read(item), wanted)
  }
  throw new KmsError('UnsupportedOperationException', `Region ${wanted} is not supported.`)
}
