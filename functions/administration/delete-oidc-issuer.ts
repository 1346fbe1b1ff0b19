// Written by npm run gen. Do not edit.
import { deleteOidcIssuer } from '../../operations/administration/delete-oidc-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deleteOidcIssuer)
