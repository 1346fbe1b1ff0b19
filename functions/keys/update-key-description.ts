// Written by npm run gen. Do not edit.
import { updateKeyDescription } from '../../operations/keys/update-key-description.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(updateKeyDescription)
