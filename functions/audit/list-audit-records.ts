// Written by npm run gen. Do not edit.
import { listAuditRecords } from '../../operations/audit/list-audit-records.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listAuditRecords)
