// Written by npm run gen. Do not edit.
import { retireGrant } from '../../operations/grants/retire-grant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(retireGrant)
