// Written by npm run gen. Do not edit.
import { encapsulate } from '../../operations/cryptography/encapsulate.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(encapsulate)
