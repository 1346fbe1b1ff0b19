// Written by npm run gen. Do not edit.
import { getPrincipal } from '../../operations/administration/get-principal.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getPrincipal)
