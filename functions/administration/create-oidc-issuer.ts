// Written by npm run gen. Do not edit.
import { createOidcIssuer } from '../../operations/administration/create-oidc-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createOidcIssuer)
