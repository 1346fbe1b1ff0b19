// Written by npm run gen. Do not edit.
import { scheduleTenantDeletion } from '../../operations/administration/schedule-tenant-deletion.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(scheduleTenantDeletion)
