// Written by npm run gen. Do not edit.
import { deletePrincipal } from '../../operations/administration/delete-principal.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deletePrincipal)
