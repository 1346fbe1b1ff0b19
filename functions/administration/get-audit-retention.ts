// Written by npm run gen. Do not edit.
import { getAuditRetention } from '../../operations/administration/get-audit-retention.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getAuditRetention)
