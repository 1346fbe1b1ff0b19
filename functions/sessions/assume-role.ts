// Written by npm run gen. Do not edit.
import { assumeRole } from '../../operations/sessions/assume-role.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(assumeRole)
