// Written by npm run gen. Do not edit.
import { deletePrincipal } from '../../operations/administration/delete-principal.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deletePrincipal)
