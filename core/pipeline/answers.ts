import type { ErrorCode } from '../base/errors.ts'
import { KEY_STATES } from '../key/state.ts'
import type { AnyOperation } from '../operation.ts'

/** Refusals that the flow itself gives, whatever the operation. */
export const EVERYWHERE: readonly ErrorCode[] = [
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'AccessDeniedException',
  'SerializationException',
  'ValidationException',
  'RequestEntityTooLargeException',
  'DependencyTimeoutException',
  'KMSInternalException',
]

/**
 * Every code that a call of an operation may be refused with: those of its record, and what the flow adds
 * for what the record declares. Tests refuse any other; docs/openapi.json lists these.
 */
export function answersOf(operation: AnyOperation): readonly ErrorCode[] {
  const uses = Object.values(operation.keys)
  const some = (is: boolean, ...codes: readonly ErrorCode[]) => (is ? codes : [])
  const withoutBody = /^(GET|DELETE) /.test(operation.http)
  return [
    ...new Set([
      ...operation.errors,
      ...EVERYWHERE,
      // a server under load has no room for further bodies (server/upload.ts)
      ...some(!withoutBody, 'UnsupportedMediaTypeException', 'ThrottlingException'),
      ...some(uses.length > 0, 'NotFoundException'),
      ...some(
        uses.some(({ alias, whenAlias }) => !alias && whenAlias === undefined),
        'InvalidArnException',
      ),
      ...some(
        uses.some(({ states }) => states.length < KEY_STATES.length),
        'KMSInvalidStateException',
      ),
      ...some(
        uses.some(({ whenDisabled }) => whenDisabled !== undefined),
        'DisabledException',
      ),
      ...some(
        uses.some(({ usage }) => usage !== undefined),
        'InvalidKeyUsageException',
      ),
      // key material may have to wait its turn (core/offload/offload.ts)
      ...some(operation.uses.includes('materials'), 'ThrottlingException'),
      // what is stored has a size
      ...some(operation.mutates, 'LimitExceededException'),
      ...some(operation.dryRun !== undefined, 'DryRunOperationException'),
      ...some(operation.grantTokens !== undefined, 'InvalidGrantTokenException'),
      ...some(
        operation.mutates && operation.versionOf !== undefined,
        'PreconditionFailedException',
      ),
      ...some(
        operation.idempotencyKey === true,
        'IdempotentParameterMismatchException',
        'ConflictException',
      ),
    ]),
  ].sort()
}
