// Written by npm run gen. Do not edit.
import { getTenant } from '../../operations/administration/get-tenant.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getTenant)
