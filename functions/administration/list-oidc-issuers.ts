// Written by npm run gen. Do not edit.
import { listOidcIssuers } from '../../operations/administration/list-oidc-issuers.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listOidcIssuers)
