// Written by npm run gen. Do not edit.
import { createSession } from '../../operations/administration/create-session.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(createSession)
