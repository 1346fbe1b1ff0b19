// Written by npm run gen. Do not edit.
import { xksGetKeyMetadata } from '../../operations/xks/xks-get-key-metadata.ts'
import { xksLambda } from '../xks-lambda.ts'

export const handler = await xksLambda(xksGetKeyMetadata)
