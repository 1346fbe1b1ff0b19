// Written by npm run gen. Do not edit.
import { updateOidcIssuer } from '../../operations/administration/update-oidc-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(updateOidcIssuer)
