// Written by npm run gen. Do not edit.
import { disconnectCustomKeyStore } from '../../operations/custom-key-stores/disconnect-custom-key-store.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(disconnectCustomKeyStore)
