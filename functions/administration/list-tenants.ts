// Written by npm run gen. Do not edit.
import { listTenants } from '../../operations/administration/list-tenants.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listTenants)
