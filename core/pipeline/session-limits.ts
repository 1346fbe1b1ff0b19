import { KmsError } from '../base/errors.ts'
import type { Caller } from '../identity/caller.ts'
import { unrecognized } from '../identity/claim.ts'
import type { AnyOperation } from '../operation.ts'

/**
 * What short-lived credentials may not call of AWS STS and AWS IAM, whatever policies allow: those of a federated
 * user nothing but GetCallerIdentity; those of GetSessionToken of AWS STS that and AssumeRole, and AWS IAM with a
 * second factor alone.
 * @throws KmsError AccessDeniedException; UnrecognizedClientException of AWS IAM, to which they are none
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
export function admitSession({ name, service }: AnyOperation, { type, session }: Caller): void {
  if (type === 'assumed-role' || name === 'GetCallerIdentity') return
  const federated = type === 'federated-user'
  if (service === 'iam') {
    if (federated || session?.mfa !== true) throw unrecognized()
    return
  }
  if (!federated && name === 'AssumeRole') return
  throw new KmsError('AccessDeniedException', `Cannot call ${name} with session credentials`)
}
