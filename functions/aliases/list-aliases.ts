// Written by npm run gen. Do not edit.
import { listAliases } from '../../operations/aliases/list-aliases.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listAliases)
