// Written by npm run gen. Do not edit.
import { generateRandom } from '../../operations/cryptography/generate-random.ts'
import { lambda } from '../lambda.ts'

export const handler = lambda(generateRandom)
