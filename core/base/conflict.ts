/** Another writer was first: the call is made again from its reads. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict'
}

/** Waits for a conditional write. @throws StoreConflict where another writer was first */
export async function commit(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new StoreConflict('another writer was first')
}
