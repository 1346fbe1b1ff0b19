// Written by npm run gen. Do not edit.
import { disableKey } from '../../operations/keys/disable-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(disableKey)
