// Written by npm run gen. Do not edit.
import { advanceClock } from '../../operations/administration/advance-clock.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(advanceClock)
