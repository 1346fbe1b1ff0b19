// Written by npm run gen. Do not edit.
import { untagPrincipal } from '../../operations/administration/untag-principal.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(untagPrincipal)
