// Written by npm run gen. Do not edit.
import { putAuditRetention } from '../../operations/administration/put-audit-retention.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(putAuditRetention)
