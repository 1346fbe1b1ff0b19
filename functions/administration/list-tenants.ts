// Written by npm run gen. Do not edit.
import { listTenants } from '../../operations/administration/list-tenants.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(listTenants)
