// Written by npm run gen. Do not edit.
import { updateInstallationIssuer } from '../../operations/administration/update-installation-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(updateInstallationIssuer)
