// Written by npm run gen. Do not edit.
import { revokeSessions } from '../../operations/administration/revoke-sessions.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(revokeSessions)
