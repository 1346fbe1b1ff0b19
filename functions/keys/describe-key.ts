// Written by npm run gen. Do not edit.
import { describeKey } from '../../operations/keys/describe-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(describeKey)
