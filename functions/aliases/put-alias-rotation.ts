// Written by npm run gen. Do not edit.
import { putAliasRotation } from '../../operations/aliases/put-alias-rotation.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(putAliasRotation)
