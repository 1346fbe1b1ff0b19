// Written by npm run gen. Do not edit.
import { updateCustomKeyStore } from '../../operations/custom-key-stores/update-custom-key-store.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(updateCustomKeyStore)
