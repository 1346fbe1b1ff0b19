// Written by npm run gen. Do not edit.
import { createPrincipal } from '../../operations/administration/create-principal.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createPrincipal)
