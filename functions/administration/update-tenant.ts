// Written by npm run gen. Do not edit.
import { updateTenant } from '../../operations/administration/update-tenant.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(updateTenant)
