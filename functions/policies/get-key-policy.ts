// Written by npm run gen. Do not edit.
import { getKeyPolicy } from '../../operations/policies/get-key-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getKeyPolicy)
