import type { Service } from '../../core/service.ts'

/**
 * Writes what calls have left to timers: records, last uses of keys and of access keys. What is counted of a
 * store after that is the next call's own.
 */
export async function allWritten({
  audit,
  usage,
  accessKeyUses,
}: Pick<Service, 'audit' | 'usage' | 'accessKeyUses'>): Promise<void> {
  await Promise.all([audit.flush(), usage.flush(true), accessKeyUses.flush(true)])
}
