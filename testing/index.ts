/**
 * AWS KMS for a test suite: in process, with keys that a seed decides, a clock that moves and faults that are asked for.
 *
 * @example
 * await using tenkey = await startTenkey({ seed: 'orders', keys: [{ alias: 'alias/orders' }] })
 * const kms = new KMSClient(tenkey.clientConfig())
 */
export { startTenkey } from './start.ts'
export type * from './types.ts'
