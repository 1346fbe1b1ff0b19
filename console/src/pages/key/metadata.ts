import type { Output } from '../../api/request.ts'

/** What DescribeKey says of a key. */
export type KeyMetadata = Output<'DescribeKey'>['KeyMetadata']
