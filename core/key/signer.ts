import type { Asker } from '../base/call-context.ts'
import { invalid } from '../base/errors.ts'
import type { SigningAlgorithmName } from '../crypto/algorithms.ts'
import type { MessageType } from '../crypto/signature-scheme.ts'
import { schemeFor, sign, signingAlgorithm, verify } from '../crypto/signing.ts'
import { offload } from '../offload/offload.ts'
import type { Key } from './key.ts'
import type { Keyring } from './keyring.ts'
import { requireAlgorithm, specOf } from './spec.ts'
import { usable } from './usable.ts'

/** What Sign and Verify are asked (API_Sign). */
export interface SigningRequest {
  /** as the API names them; SM2DSA is of Regions in China, and no key here offers it */
  readonly SigningAlgorithm: SigningAlgorithmName | 'SM2DSA'
  readonly Message: Uint8Array
  readonly MessageType?: MessageType | undefined
}
type Materials = Pick<Keyring, 'open'>

/**
 * That a key signs with an algorithm, and the algorithm this kind and length of message.
 * @throws KmsError InvalidKeyUsageException, ValidationException
 */
export function checkSigning(key: Key, request: SigningRequest): void {
  const spec = specOf(key)
  const type = typeOf(request)
  requireAlgorithm(spec, 'SIGN_VERIFY', request.SigningAlgorithm)
  // what none of a spec's algorithms takes is refused for the spec, what another takes for the algorithm
  if (!spec.signingAlgorithms.some((name) => signingAlgorithm(name).schemes[type])) {
    throw invalid(`Message type ${type} is incompatible with key spec ${spec.name}.`)
  }
  schemeFor(rowOf(request), type, request.Message)
}

/**
 * Signs with a key's material. Messages are signed on the thread pool; digests and μ, which node:crypto
 * can't sign as they are, in a worker thread.
 */
export async function signWith(
  key: Key,
  materials: Materials,
  request: SigningRequest,
  asker: Asker,
): Promise<Buffer> {
  const material = await usable(key, materials)
  const { row, type, message, here } = plan(request)
  const inline = () => sign(material, row, message, type)
  return here ? inline() : offload('sign', [material, row.name, message, type], asker, inline)
}

/** Whether a signature is the key's; a malformed one is not. */
export async function verifyWith(
  key: Key,
  materials: Materials,
  request: SigningRequest & { readonly Signature: Uint8Array },
  asker: Asker,
): Promise<boolean> {
  const material = await usable(key, materials)
  const { row, type, message, here } = plan(request)
  const { Signature } = request
  const inline = () => verify(material, row, message, type, Signature)
  // the public operation of RSA takes some tens of microseconds
  const quick = here || material.asymmetricKeyType === 'rsa'
  return quick
    ? inline()
    : offload('verify', [material, row.name, message, type, Signature], asker, inline)
}

const typeOf = ({ MessageType = 'RAW' }: SigningRequest): MessageType => MessageType
const rowOf = ({ SigningAlgorithm }: SigningRequest) =>
  // checkSigning has refused SM2DSA for every key
  signingAlgorithm(SigningAlgorithm as SigningAlgorithmName)

function plan(request: SigningRequest) {
  const type = typeOf(request)
  return { row: rowOf(request), type, message: request.Message, here: type === 'RAW' }
}
