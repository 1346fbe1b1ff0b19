// Written by npm run gen. Do not edit.
import { getCallerIdentity } from '../../operations/sessions/get-caller-identity.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getCallerIdentity)
