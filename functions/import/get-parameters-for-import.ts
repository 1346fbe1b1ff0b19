// Written by npm run gen. Do not edit.
import { getParametersForImport } from '../../operations/import/get-parameters-for-import.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(getParametersForImport)
