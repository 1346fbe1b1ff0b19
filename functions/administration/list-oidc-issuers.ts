// Written by npm run gen. Do not edit.
import { listOidcIssuers } from '../../operations/administration/list-oidc-issuers.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listOidcIssuers)
