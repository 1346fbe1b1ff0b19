// Written by npm run gen. Do not edit.
import { listAccessKeys } from '../../operations/administration/list-access-keys.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listAccessKeys)
