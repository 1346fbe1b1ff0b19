// Written by npm run gen. Do not edit.
import { deleteCustomKeyStore } from '../../operations/custom-key-stores/delete-custom-key-store.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(deleteCustomKeyStore)
