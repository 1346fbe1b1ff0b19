// Written by npm run gen. Do not edit.
import { encrypt } from '../../operations/cryptography/encrypt.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(encrypt)
