// Written by npm run gen. Do not edit.
import { createXksCredential } from '../../operations/xks/create-xks-credential.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createXksCredential)
