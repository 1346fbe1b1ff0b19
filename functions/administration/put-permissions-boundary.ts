// Written by npm run gen. Do not edit.
import { putPermissionsBoundary } from '../../operations/administration/put-permissions-boundary.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(putPermissionsBoundary)
