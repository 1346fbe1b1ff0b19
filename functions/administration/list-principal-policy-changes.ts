// Written by npm run gen. Do not edit.
import { listPrincipalPolicyChanges } from '../../operations/administration/list-principal-policy-changes.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listPrincipalPolicyChanges)
