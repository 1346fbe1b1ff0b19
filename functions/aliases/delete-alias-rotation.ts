// Written by npm run gen. Do not edit.
import { deleteAliasRotation } from '../../operations/aliases/delete-alias-rotation.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteAliasRotation)
