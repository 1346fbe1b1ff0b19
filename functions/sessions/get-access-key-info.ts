// Written by npm run gen. Do not edit.
import { getAccessKeyInfo } from '../../operations/sessions/get-access-key-info.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getAccessKeyInfo)
