// Written by npm run gen. Do not edit.
import { importKeyMaterial } from '../../operations/import/import-key-material.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(importKeyMaterial)
