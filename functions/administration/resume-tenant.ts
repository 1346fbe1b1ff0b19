// Written by npm run gen. Do not edit.
import { resumeTenant } from '../../operations/administration/resume-tenant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(resumeTenant)
