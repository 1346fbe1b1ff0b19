// Written by npm run gen. Do not edit.
import { listPrincipalPolicyChanges } from '../../operations/administration/list-principal-policy-changes.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listPrincipalPolicyChanges)
