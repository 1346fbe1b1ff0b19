// Written by npm run gen. Do not edit.
import { enableKey } from '../../operations/keys/enable-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(enableKey)
