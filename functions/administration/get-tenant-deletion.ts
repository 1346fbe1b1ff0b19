// Written by npm run gen. Do not edit.
import { getTenantDeletion } from '../../operations/administration/get-tenant-deletion.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getTenantDeletion)
