// Written by npm run gen. Do not edit.
import { listRetirableGrants } from '../../operations/grants/list-retirable-grants.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listRetirableGrants)
