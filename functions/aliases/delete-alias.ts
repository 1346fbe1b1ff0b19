// Written by npm run gen. Do not edit.
import { deleteAlias } from '../../operations/aliases/delete-alias.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteAlias)
