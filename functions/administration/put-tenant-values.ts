// Written by npm run gen. Do not edit.
import { putTenantValues } from '../../operations/administration/put-tenant-values.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(putTenantValues)
