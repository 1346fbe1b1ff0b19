// Written by npm run gen. Do not edit.
import { putPermissionsBoundary } from '../../operations/administration/put-permissions-boundary.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putPermissionsBoundary)
