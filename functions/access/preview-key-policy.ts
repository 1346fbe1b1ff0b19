// Written by npm run gen. Do not edit.
import { previewKeyPolicy } from '../../operations/access/preview-key-policy.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(previewKeyPolicy)
