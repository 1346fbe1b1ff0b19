// Written by npm run gen. Do not edit.
import { putTrustPolicy } from '../../operations/administration/put-trust-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putTrustPolicy)
