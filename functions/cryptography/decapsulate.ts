// Written by npm run gen. Do not edit.
import { decapsulate } from '../../operations/cryptography/decapsulate.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(decapsulate)
