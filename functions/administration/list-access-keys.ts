// Written by npm run gen. Do not edit.
import { listAccessKeys } from '../../operations/administration/list-access-keys.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listAccessKeys)
