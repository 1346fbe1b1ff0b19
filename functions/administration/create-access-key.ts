// Written by npm run gen. Do not edit.
import { createAccessKey } from '../../operations/administration/create-access-key.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createAccessKey)
