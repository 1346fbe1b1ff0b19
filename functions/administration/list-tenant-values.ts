// Written by npm run gen. Do not edit.
import { listTenantValues } from '../../operations/administration/list-tenant-values.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listTenantValues)
