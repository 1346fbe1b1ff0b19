// Written by npm run gen. Do not edit.
import { listKeyRotations } from '../../operations/rotation/list-key-rotations.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listKeyRotations)
