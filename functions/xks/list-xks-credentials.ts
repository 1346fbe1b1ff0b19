// Written by npm run gen. Do not edit.
import { listXksCredentials } from '../../operations/xks/list-xks-credentials.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listXksCredentials)
