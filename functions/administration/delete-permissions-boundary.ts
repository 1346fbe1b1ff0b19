// Written by npm run gen. Do not edit.
import { deletePermissionsBoundary } from '../../operations/administration/delete-permissions-boundary.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deletePermissionsBoundary)
