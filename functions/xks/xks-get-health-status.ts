// Written by npm run gen. Do not edit.
import { xksGetHealthStatus } from '../../operations/xks/xks-get-health-status.ts'
import { xksLambda } from '../xks-lambda.ts'

export const handler = await xksLambda(xksGetHealthStatus)
