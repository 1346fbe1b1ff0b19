// Written by npm run gen. Do not edit.
import { deleteAccessKey } from '../../operations/administration/delete-access-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteAccessKey)
