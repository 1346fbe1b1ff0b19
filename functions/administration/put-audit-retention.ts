// Written by npm run gen. Do not edit.
import { putAuditRetention } from '../../operations/administration/put-audit-retention.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putAuditRetention)
