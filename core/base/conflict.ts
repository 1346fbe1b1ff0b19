/** Another writer was first: the call is made again from its reads. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict'
}

/** What was read of what Regions share may be late: the call is made again with it as it is. */
export class LateRead extends StoreConflict {}

/** Waits for a conditional write. @throws StoreConflict where another writer was first */
export async function commit(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new StoreConflict('another writer was first')
}
