// Written by npm run gen. Do not edit.
import { tagPrincipal } from '../../operations/administration/tag-principal.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(tagPrincipal)
