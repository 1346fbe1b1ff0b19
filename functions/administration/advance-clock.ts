// Written by npm run gen. Do not edit.
import { advanceClock } from '../../operations/administration/advance-clock.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(advanceClock)
