// Written by npm run gen. Do not edit.
import { putPrincipalPolicy } from '../../operations/administration/put-principal-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putPrincipalPolicy)
