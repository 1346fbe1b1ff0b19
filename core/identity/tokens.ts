/** What is loaded with the first bearer token, of whichever kind: one file, since each of its own costs every function. */
export { ASSUME_WITH_AWS_IDENTITY } from '../policy/aws-identities.ts'
export { awsIdentityAuthenticator } from './aws-identity.ts'
export { namedRole } from './aws-identity-request.ts'
export { bearerAuthenticator } from './bearer.ts'
export { providerNamed } from './token-issuer.ts'
export { issuerOf } from './verify-token.ts'
