// Written by npm run gen. Do not edit.
import { createTenant } from '../../operations/administration/create-tenant.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createTenant)
