// Written by npm run gen. Do not edit.
import { sign } from '../../operations/cryptography/sign.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(sign)
