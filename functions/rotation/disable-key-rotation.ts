// Written by npm run gen. Do not edit.
import { disableKeyRotation } from '../../operations/rotation/disable-key-rotation.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(disableKeyRotation)
