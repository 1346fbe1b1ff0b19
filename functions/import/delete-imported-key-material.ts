// Written by npm run gen. Do not edit.
import { deleteImportedKeyMaterial } from '../../operations/import/delete-imported-key-material.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteImportedKeyMaterial)
