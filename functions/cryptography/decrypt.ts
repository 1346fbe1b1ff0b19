// Written by npm run gen. Do not edit.
import { decrypt } from '../../operations/cryptography/decrypt.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(decrypt)
