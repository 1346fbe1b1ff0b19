// Written by npm run gen. Do not edit.
import { createAccessKey } from '../../operations/administration/create-access-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createAccessKey)
