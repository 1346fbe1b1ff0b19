// Written by npm run gen. Do not edit.
import { putPrincipalPolicy } from '../../operations/administration/put-principal-policy.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(putPrincipalPolicy)
