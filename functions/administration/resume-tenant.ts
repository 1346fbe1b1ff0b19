// Written by npm run gen. Do not edit.
import { resumeTenant } from '../../operations/administration/resume-tenant.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(resumeTenant)
