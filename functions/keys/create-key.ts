// Written by npm run gen. Do not edit.
import { createKey } from '../../operations/keys/create-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createKey)
