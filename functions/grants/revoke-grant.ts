// Written by npm run gen. Do not edit.
import { revokeGrant } from '../../operations/grants/revoke-grant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(revokeGrant)
