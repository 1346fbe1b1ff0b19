// Written by npm run gen. Do not edit.
import { listResourceTags } from '../../operations/tags/list-resource-tags.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(listResourceTags)
