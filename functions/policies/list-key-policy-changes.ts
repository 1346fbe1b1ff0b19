// Written by npm run gen. Do not edit.
import { listKeyPolicyChanges } from '../../operations/policies/list-key-policy-changes.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listKeyPolicyChanges)
