// Written by npm run gen. Do not edit.
import { deleteAccessKey } from '../../operations/administration/delete-access-key.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deleteAccessKey)
