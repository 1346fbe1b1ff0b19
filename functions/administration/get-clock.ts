// Written by npm run gen. Do not edit.
import { getClock } from '../../operations/administration/get-clock.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getClock)
