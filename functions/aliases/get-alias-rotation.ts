// Written by npm run gen. Do not edit.
import { getAliasRotation } from '../../operations/aliases/get-alias-rotation.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getAliasRotation)
