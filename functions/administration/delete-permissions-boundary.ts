// Written by npm run gen. Do not edit.
import { deletePermissionsBoundary } from '../../operations/administration/delete-permissions-boundary.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deletePermissionsBoundary)
