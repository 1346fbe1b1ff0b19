import type { AnyOperation } from '../operation.ts'
import { awsQuery, COMMON_CODES, type QueryService } from './aws-query.ts'
import type { Protocol } from './protocol.ts'

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each action's "Errors" */
const IAM: QueryService = {
  service: 'iam',
  version: '2010-05-08',
  codes: new Map([
    ...COMMON_CODES,
    ['DeleteConflictException', ['DeleteConflict', 409]],
    ['DependencyTimeoutException', ['ServiceUnavailable', 503]],
    ['EntityAlreadyExistsException', ['EntityAlreadyExists', 409]],
    ['EntityTemporarilyUnmodifiableException', ['EntityTemporarilyUnmodifiable', 409]],
    ['InvalidAuthenticationCodeException', ['InvalidAuthenticationCode', 403]],
    ['InvalidMarkerException', ['ValidationError', 400]],
    // AWS's word for what it can't do itself
    ['KMSInternalException', ['ServiceFailure', 500]],
    ['LimitExceededException', ['LimitExceeded', 409]],
    ['NoSuchEntityException', ['NoSuchEntity', 404]],
    // what waits for `tenkey upgrade`
    ['UnsupportedOperationException', ['UnmodifiableEntity', 400]],
  ]),
}

/** The face of AWS IAM. @param operations those whose `service` is `iam`, and others */
export const iamQuery = (operations: Iterable<AnyOperation>): Protocol => awsQuery(operations, IAM)
