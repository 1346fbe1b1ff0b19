// Written by npm run gen. Do not edit.
import { createSession } from '../../operations/administration/create-session.ts'
import { operatorLambda } from '../operator-lambda.ts'

export const handler = operatorLambda(createSession)
