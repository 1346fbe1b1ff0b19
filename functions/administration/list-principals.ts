// Written by npm run gen. Do not edit.
import { listPrincipals } from '../../operations/administration/list-principals.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listPrincipals)
