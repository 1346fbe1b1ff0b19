// Written by npm run gen. Do not edit.
import { replicateKey } from '../../operations/multi-region/replicate-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(replicateKey)
