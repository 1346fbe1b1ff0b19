// Written by npm run gen. Do not edit.
import { createCustomKeyStore } from '../../operations/custom-key-stores/create-custom-key-store.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createCustomKeyStore)
