// Written by npm run gen. Do not edit.
import { getFederationToken } from '../../operations/sessions/get-federation-token.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getFederationToken)
