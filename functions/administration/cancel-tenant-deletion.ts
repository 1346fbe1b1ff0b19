// Written by npm run gen. Do not edit.
import { cancelTenantDeletion } from '../../operations/administration/cancel-tenant-deletion.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(cancelTenantDeletion)
