// Written by npm run gen. Do not edit.
import { updateAccessKey } from '../../operations/administration/update-access-key.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(updateAccessKey)
