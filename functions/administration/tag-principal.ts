// Written by npm run gen. Do not edit.
import { tagPrincipal } from '../../operations/administration/tag-principal.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(tagPrincipal)
