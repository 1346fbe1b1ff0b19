// Written by npm run gen. Do not edit.
import { getKeyLastUsage } from '../../operations/keys/get-key-last-usage.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getKeyLastUsage)
