// Written by npm run gen. Do not edit.
import { deleteOidcIssuer } from '../../operations/administration/delete-oidc-issuer.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteOidcIssuer)
