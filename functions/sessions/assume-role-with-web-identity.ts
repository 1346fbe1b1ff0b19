// Written by npm run gen. Do not edit.
import { assumeRoleWithWebIdentity } from '../../operations/sessions/assume-role-with-web-identity.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(assumeRoleWithWebIdentity)
