// Written by npm run gen. Do not edit.
import { suspendTenant } from '../../operations/administration/suspend-tenant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(suspendTenant)
