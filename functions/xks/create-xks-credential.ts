// Written by npm run gen. Do not edit.
import { createXksCredential } from '../../operations/xks/create-xks-credential.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createXksCredential)
