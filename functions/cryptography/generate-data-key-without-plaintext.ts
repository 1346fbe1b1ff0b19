// Written by npm run gen. Do not edit.
import { generateDataKeyWithoutPlaintext } from '../../operations/cryptography/generate-data-key-without-plaintext.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateDataKeyWithoutPlaintext)
