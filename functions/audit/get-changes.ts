// Written by npm run gen. Do not edit.
import { getChanges } from '../../operations/audit/get-changes.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getChanges)
