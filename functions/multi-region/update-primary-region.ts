// Written by npm run gen. Do not edit.
import { updatePrimaryRegion } from '../../operations/multi-region/update-primary-region.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(updatePrimaryRegion)
