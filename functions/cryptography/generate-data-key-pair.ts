// Written by npm run gen. Do not edit.
import { generateDataKeyPair } from '../../operations/cryptography/generate-data-key-pair.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateDataKeyPair)
