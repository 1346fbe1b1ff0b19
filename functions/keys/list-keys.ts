// Written by npm run gen. Do not edit.
import { listKeys } from '../../operations/keys/list-keys.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listKeys)
