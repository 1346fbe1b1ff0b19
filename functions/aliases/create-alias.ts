// Written by npm run gen. Do not edit.
import { createAlias } from '../../operations/aliases/create-alias.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createAlias)
