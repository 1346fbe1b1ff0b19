// Written by npm run gen. Do not edit.
import { verify } from '../../operations/cryptography/verify.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(verify)
