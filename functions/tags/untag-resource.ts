// Written by npm run gen. Do not edit.
import { untagResource } from '../../operations/tags/untag-resource.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(untagResource)
