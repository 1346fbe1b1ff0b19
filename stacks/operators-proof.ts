/// <reference path="../.sst/platform/config.d.ts" />
import { proofDigest } from '../functions/middleware/router.ts'
import type { Options } from './options.ts'

export interface OperatorsProof {
  readonly proof: $util.Output<string>
  readonly digest: $util.Output<string>
}

/**
 * What API Gateway proves itself by to the functions that operators call (functions/middleware/operators-proof.ts).
 * It is kept where SST keeps secrets, encrypted in the stage's state, and in the API's stage: who may read that
 * (`apigateway:GET`) has it.
 */
export function operatorsProof({ operatorsByIam }: Options): OperatorsProof | undefined {
  if (operatorsByIam === '') return undefined
  const proof = new random.RandomPassword('OperatorsProof', { length: 48, special: false }).result
  // a hash of 48 random letters and digits tells nothing: it may be seen in a function's settings
  return { proof, digest: $util.unsecret(proof.apply(proofDigest)) }
}
