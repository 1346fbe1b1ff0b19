// Written by npm run gen. Do not edit.
import { createGrant } from '../../operations/grants/create-grant.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createGrant)
