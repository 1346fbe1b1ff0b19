// Written by npm run gen. Do not edit.
import { putKeyPolicy } from '../../operations/policies/put-key-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putKeyPolicy)
