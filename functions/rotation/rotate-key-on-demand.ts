// Written by npm run gen. Do not edit.
import { rotateKeyOnDemand } from '../../operations/rotation/rotate-key-on-demand.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(rotateKeyOnDemand)
