// Written by npm run gen. Do not edit.
import { updateAccessKey } from '../../operations/administration/update-access-key.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(updateAccessKey)
