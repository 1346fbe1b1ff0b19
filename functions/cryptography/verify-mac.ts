// Written by npm run gen. Do not edit.
import { verifyMac } from '../../operations/cryptography/verify-mac.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(verifyMac)
