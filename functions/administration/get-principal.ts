// Written by npm run gen. Do not edit.
import { getPrincipal } from '../../operations/administration/get-principal.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getPrincipal)
