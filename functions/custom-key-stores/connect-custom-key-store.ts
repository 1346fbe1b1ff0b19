// Written by npm run gen. Do not edit.
import { connectCustomKeyStore } from '../../operations/custom-key-stores/connect-custom-key-store.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(connectCustomKeyStore)
