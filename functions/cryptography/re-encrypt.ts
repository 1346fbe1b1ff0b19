// Written by npm run gen. Do not edit.
import { reEncrypt } from '../../operations/cryptography/re-encrypt.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(reEncrypt)
