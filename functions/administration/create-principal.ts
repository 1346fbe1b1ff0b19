// Written by npm run gen. Do not edit.
import { createPrincipal } from '../../operations/administration/create-principal.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createPrincipal)
