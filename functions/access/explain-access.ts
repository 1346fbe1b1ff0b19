// Written by npm run gen. Do not edit.
import { explainAccess } from '../../operations/access/explain-access.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(explainAccess)
