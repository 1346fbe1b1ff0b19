// Written by npm run gen. Do not edit.
import { rotateXksCredential } from '../../operations/xks/rotate-xks-credential.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(rotateXksCredential)
