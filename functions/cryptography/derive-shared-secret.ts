// Written by npm run gen. Do not edit.
import { deriveSharedSecret } from '../../operations/cryptography/derive-shared-secret.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deriveSharedSecret)
