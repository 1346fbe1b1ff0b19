// Written by npm run gen. Do not edit.
import { describeCustomKeyStores } from '../../operations/custom-key-stores/describe-custom-key-stores.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(describeCustomKeyStores)
