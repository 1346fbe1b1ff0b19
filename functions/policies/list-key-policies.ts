// Written by npm run gen. Do not edit.
import { listKeyPolicies } from '../../operations/policies/list-key-policies.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listKeyPolicies)
