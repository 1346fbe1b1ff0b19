// Written by npm run gen. Do not edit.
import { suspendTenant } from '../../operations/administration/suspend-tenant.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(suspendTenant)
