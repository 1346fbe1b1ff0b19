// Written by npm run gen. Do not edit.
import { assumeRoleWithAwsIdentity } from '../../operations/sessions/assume-role-with-aws-identity.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(assumeRoleWithAwsIdentity)
