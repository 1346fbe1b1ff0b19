// Written by npm run gen. Do not edit.
import { revokeSessions } from '../../operations/administration/revoke-sessions.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(revokeSessions)
