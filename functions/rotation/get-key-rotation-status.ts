// Written by npm run gen. Do not edit.
import { getKeyRotationStatus } from '../../operations/rotation/get-key-rotation-status.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getKeyRotationStatus)
