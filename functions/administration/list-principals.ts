// Written by npm run gen. Do not edit.
import { listPrincipals } from '../../operations/administration/list-principals.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listPrincipals)
