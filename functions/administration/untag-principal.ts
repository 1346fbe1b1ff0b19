// Written by npm run gen. Do not edit.
import { untagPrincipal } from '../../operations/administration/untag-principal.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(untagPrincipal)
