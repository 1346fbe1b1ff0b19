// Written by npm run gen. Do not edit.
import { enableKeyRotation } from '../../operations/rotation/enable-key-rotation.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(enableKeyRotation)
