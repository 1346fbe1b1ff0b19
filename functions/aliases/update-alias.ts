// Written by npm run gen. Do not edit.
import { updateAlias } from '../../operations/aliases/update-alias.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(updateAlias)
