// Written by npm run gen. Do not edit.
import { rotateXksCredential } from '../../operations/xks/rotate-xks-credential.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(rotateXksCredential)
