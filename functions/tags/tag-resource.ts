// Written by npm run gen. Do not edit.
import { tagResource } from '../../operations/tags/tag-resource.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(tagResource)
