// Written by npm run gen. Do not edit.
import { cancelKeyDeletion } from '../../operations/keys/cancel-key-deletion.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(cancelKeyDeletion)
