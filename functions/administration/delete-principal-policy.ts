// Written by npm run gen. Do not edit.
import { deletePrincipalPolicy } from '../../operations/administration/delete-principal-policy.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deletePrincipalPolicy)
