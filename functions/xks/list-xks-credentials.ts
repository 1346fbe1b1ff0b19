// Written by npm run gen. Do not edit.
import { listXksCredentials } from '../../operations/xks/list-xks-credentials.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listXksCredentials)
