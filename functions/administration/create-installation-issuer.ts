// Written by npm run gen. Do not edit.
import { createInstallationIssuer } from '../../operations/administration/create-installation-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createInstallationIssuer)
