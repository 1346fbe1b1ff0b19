// Written by npm run gen. Do not edit.
import { generateDataKeyPairWithoutPlaintext } from '../../operations/cryptography/generate-data-key-pair-without-plaintext.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateDataKeyPairWithoutPlaintext)
