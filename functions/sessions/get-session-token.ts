// Written by npm run gen. Do not edit.
import { getSessionToken } from '../../operations/sessions/get-session-token.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getSessionToken)
