// Written by npm run gen. Do not edit.
import { deletePrincipalPolicy } from '../../operations/administration/delete-principal-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deletePrincipalPolicy)
