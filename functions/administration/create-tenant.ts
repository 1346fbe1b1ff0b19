// Written by npm run gen. Do not edit.
import { createTenant } from '../../operations/administration/create-tenant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createTenant)
