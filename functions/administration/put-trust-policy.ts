// Written by npm run gen. Do not edit.
import { putTrustPolicy } from '../../operations/administration/put-trust-policy.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(putTrustPolicy)
