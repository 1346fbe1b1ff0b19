// Written by npm run gen. Do not edit.
import { getClock } from '../../operations/administration/get-clock.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(getClock)
