// Written by npm run gen. Do not edit.
import { listGrants } from '../../operations/grants/list-grants.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listGrants)
