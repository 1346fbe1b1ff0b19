// Written by npm run gen. Do not edit.
import { deleteXksCredential } from '../../operations/xks/delete-xks-credential.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteXksCredential)
