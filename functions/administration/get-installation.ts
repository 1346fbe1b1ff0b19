// Written by npm run gen. Do not edit.
import { getInstallation } from '../../operations/administration/get-installation.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getInstallation)
