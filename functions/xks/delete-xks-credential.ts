// Written by npm run gen. Do not edit.
import { deleteXksCredential } from '../../operations/xks/delete-xks-credential.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deleteXksCredential)
