// Written by npm run gen. Do not edit.
import { xksEncrypt } from '../../operations/xks/xks-encrypt.ts'
import { xksLambda } from '../xks-lambda.ts'

export const handler = await xksLambda(xksEncrypt)
