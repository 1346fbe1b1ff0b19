// Written by npm run gen. Do not edit.
import { createOidcIssuer } from '../../operations/administration/create-oidc-issuer.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createOidcIssuer)
