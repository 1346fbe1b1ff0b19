// Written by npm run gen. Do not edit.
import { getPublicKey } from '../../operations/cryptography/get-public-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getPublicKey)
