// Written by npm run gen. Do not edit.
import { generateMac } from '../../operations/cryptography/generate-mac.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateMac)
