// Written by npm run gen. Do not edit.
import { generateDataKey } from '../../operations/cryptography/generate-data-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateDataKey)
