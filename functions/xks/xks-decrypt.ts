// Written by npm run gen. Do not edit.
import { xksDecrypt } from '../../operations/xks/xks-decrypt.ts'
import { xksLambda } from '../xks-lambda.ts'

export const handler = await xksLambda(xksDecrypt)
