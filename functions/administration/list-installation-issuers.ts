// Written by npm run gen. Do not edit.
import { listInstallationIssuers } from '../../operations/administration/list-installation-issuers.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listInstallationIssuers)
