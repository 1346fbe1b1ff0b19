// Written by npm run gen. Do not edit.
import { scheduleKeyDeletion } from '../../operations/keys/schedule-key-deletion.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(scheduleKeyDeletion)
