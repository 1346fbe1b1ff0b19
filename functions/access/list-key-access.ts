// Written by npm run gen. Do not edit.
import { listKeyAccess } from '../../operations/access/list-key-access.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listKeyAccess)
