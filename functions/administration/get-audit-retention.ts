// Written by npm run gen. Do not edit.
import { getAuditRetention } from '../../operations/administration/get-audit-retention.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getAuditRetention)
