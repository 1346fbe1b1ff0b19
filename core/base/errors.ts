import type { Wrong } from './wrong.ts'

/** Whose fault an error is, and the status each face answers it with. */
interface Fault {
  /** AWS JSON answers every client fault with 400, whatever the model says (recorded); a server fault with 500 */
  readonly side: 'client' | 'server'
  /** HTTP status on the REST face (RFC 9110) */
  readonly status: number
  /** RFC 9457 `title`: the kind of problem, the same for every occurrence */
  readonly title: string
}

const client = (status: number, title: string): Fault => ({ side: 'client', status, title })
const server = (status: number, title: string): Fault => ({ side: 'server', status, title })

/** Kinds of problem with custom key stores, each of several codes. */
const inUse = client(409, 'In use already')
const noSuch = client(404, 'Not found')
const storeState = client(409, 'State of the key store does not allow this')
const notFit = client(400, 'Not set up as it must be')
const proxyFails = client(400, 'Proxy does not answer as it must')

const faults = {
  // who calls
  MissingAuthenticationTokenException: client(401, 'No credentials'),
  IncompleteSignatureException: client(400, 'Incomplete signature'),
  InvalidSignatureException: client(403, 'Signature does not match'),
  UnrecognizedClientException: client(401, 'Unknown credentials'),
  ExpiredTokenException: client(401, 'Expired credentials'),
  AccessDeniedException: client(403, 'Access denied'),
  // who asks for credentials (AWS STS)
  InvalidIdentityTokenException: client(400, 'Invalid identity token'),
  PackedPolicyTooLargeException: client(400, 'Session policies and tags too large'),
  // who administers an account (AWS IAM)
  DeleteConflictException: client(409, 'Still in use'),
  EntityAlreadyExistsException: client(409, 'Already exists'),
  EntityTemporarilyUnmodifiableException: client(409, 'Cannot be changed now'),
  InvalidAuthenticationCodeException: client(403, 'Wrong authentication code'),
  InvalidInputException: client(400, 'Invalid request'),
  NoSuchEntityException: client(404, 'Not found'),
  UnmodifiableEntityException: client(400, 'Cannot be changed'),
  // what was asked
  UnknownOperationException: client(404, 'No such operation'),
  MethodNotAllowedException: client(405, 'Method not allowed'),
  SerializationException: client(400, 'Unreadable request'),
  UnsupportedMediaTypeException: client(415, 'Unsupported content type'),
  RequestEntityTooLargeException: client(413, 'Request too large'),
  ValidationException: client(400, 'Invalid request'),
  PreconditionFailedException: client(412, 'The resource has changed'),
  IdempotentParameterMismatchException: client(422, 'Idempotency-Key reused for another request'),
  ConflictException: client(409, 'Conflict with a request in progress'),
  ThrottlingException: client(429, 'Too many requests'),
  // AWS KMS's own
  NotAuthorizedException: client(403, 'Not authorized'),
  AlreadyExistsException: client(409, 'Already exists'),
  DisabledException: client(409, 'Key is disabled'),
  DryRunOperationException: client(412, 'Dry run'),
  ExpiredImportTokenException: client(400, 'Import token expired'),
  IncorrectKeyException: client(400, 'Wrong key'),
  IncorrectKeyMaterialException: client(400, 'Wrong key material'),
  InvalidAliasNameException: client(400, 'Invalid alias name'),
  InvalidArnException: client(400, 'Invalid ARN'),
  InvalidCiphertextException: client(400, 'Invalid ciphertext'),
  InvalidGrantIdException: client(400, 'Invalid grant id'),
  InvalidGrantTokenException: client(400, 'Invalid grant token'),
  InvalidImportTokenException: client(400, 'Invalid import token'),
  InvalidKeyUsageException: client(400, 'Key usage does not allow this'),
  InvalidMarkerException: client(400, 'Invalid marker'),
  KMSInvalidMacException: client(400, 'MAC does not match'),
  KMSInvalidSignatureException: client(400, 'Signature does not match the message'),
  KMSInvalidStateException: client(409, 'Key state does not allow this'),
  LimitExceededException: client(409, 'Limit exceeded'),
  MalformedPolicyDocumentException: client(400, 'Malformed policy document'),
  NotFoundException: client(404, 'Not found'),
  TagException: client(400, 'Invalid tags'),
  UnsupportedOperationException: client(400, 'Unsupported operation'),
  // its own of custom key stores
  CloudHsmClusterInUseException: inUse,
  CloudHsmClusterInvalidConfigurationException: notFit,
  CloudHsmClusterNotActiveException: storeState,
  CloudHsmClusterNotFoundException: noSuch,
  CloudHsmClusterNotRelatedException: notFit,
  CustomKeyStoreHasCMKsException: storeState,
  CustomKeyStoreInvalidStateException: storeState,
  CustomKeyStoreNameInUseException: inUse,
  CustomKeyStoreNotFoundException: client(404, 'No such custom key store'),
  IncorrectTrustAnchorException: notFit,
  XksKeyAlreadyInUseException: inUse,
  XksKeyInvalidConfigurationException: notFit,
  XksKeyNotFoundException: noSuch,
  XksProxyIncorrectAuthenticationCredentialException: proxyFails,
  XksProxyInvalidConfigurationException: notFit,
  XksProxyInvalidResponseException: proxyFails,
  XksProxyUriEndpointInUseException: inUse,
  XksProxyUriInUseException: inUse,
  XksProxyUriUnreachableException: proxyFails,
  XksProxyVpcEndpointServiceInUseException: inUse,
  XksProxyVpcEndpointServiceInvalidConfigurationException: notFit,
  XksProxyVpcEndpointServiceNotFoundException: noSuch,
  // whose fault is ours
  DependencyTimeoutException: server(503, 'A dependency did not answer in time'),
  KeyUnavailableException: server(503, 'Key is unavailable'),
  KMSInternalException: server(500, 'Internal error'),
} as const satisfies Record<string, Fault>

export type ErrorCode = keyof typeof faults

/** The faults by code; a Map, because codes are also looked up by names that came over the wire. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map(Object.entries(faults))

interface Details extends ErrorOptions {
  /** what is wrong with the request, each thing by itself: a face may tell it in words of its own */
  readonly wrong?: readonly Wrong[] | undefined
}

/**
 * A refusal on its way to the caller. The message goes out word for word, so it never holds a secret,
 * plaintext or another tenant's name; undefined is AWS's way of saying nothing (no `message` member).
 */
export class KmsError extends Error {
  override readonly name = 'KmsError'
  readonly code: ErrorCode
  readonly wrong: Details['wrong']

  constructor(code: ErrorCode, message?: string, details?: Details) {
    super(message, details)
    this.code = code
    this.wrong = details?.wrong
  }

  get fault(): Fault {
    return faults[this.code]
  }
}

/** A ValidationException, the commonest refusal. */
export const invalid = (message: string): KmsError => new KmsError('ValidationException', message)
