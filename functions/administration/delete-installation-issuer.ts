// Written by npm run gen. Do not edit.
import { deleteInstallationIssuer } from '../../operations/administration/delete-installation-issuer.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(deleteInstallationIssuer)
