import type { KeyObject } from 'node:crypto'
import { KmsError } from '../../core/base/errors.ts'
import { readSignature, signingKey, verifySignature } from '../../core/signature/sigv4.ts'
import type { Incoming } from './incoming.ts'

/** An identity of AWS as the stand-in knows it. */
export interface IamIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** of short-lived credentials */
  readonly sessionToken?: string
  readonly accountId: string
  /** of a user, or of a role's session */
  readonly userArn: string
  readonly userId: string
}

/** What an HTTP API's authorizer of AWS IAM tells a function. */
export interface IamAuthorizer {
  readonly iam: {
    readonly accessKey: string
    readonly accountId: string
    readonly callerId: string
    readonly cognitoIdentity: null
    readonly principalOrgId: null
    readonly userArn: string
    readonly userId: string
  }
}

/** The authorizer of AWS IAM on this machine, for the routes of operators. */
export interface AwsIam {
  /** the setting of functions: TENKEY_OPERATORS_BY_IAM */
  readonly operators: string
  readonly identities: readonly IamIdentity[]
  /** that requests are signed for; the gateway's */
  readonly region: string
  /** variable of the stage by which its events prove themselves */
  readonly proof: string
}

/**
 * Who signed a request, with Signature Version 4 for execute-api; undefined for nobody that is known, whom an HTTP
 * API answers 403. Each identity may call everything: what IAM policies say is AWS's to show.
 */
export function authorize(
  { identities, region }: AwsIam,
  { method, path, query, headers, sourceIp }: Incoming,
  body: Buffer,
): IamAuthorizer | undefined {
  const request = { method, path, query, headers, body, sourceIp, secure: false }
  try {
    const signature = readSignature(request)
    const { accessKeyId, sessionToken, date } = signature
    const known = identities.find((one) => one.accessKeyId === accessKeyId)
    if (known === undefined || known.sessionToken !== sessionToken) return undefined
    const key: KeyObject = signingKey(known.secretAccessKey, date, region, 'execute-api')
    verifySignature(signature, request, key, {
      now: Date.now(),
      services: ['execute-api'],
      serves: (named) => named === region,
    })
    const { accountId, userArn, userId } = known
    const nobody = { cognitoIdentity: null, principalOrgId: null }
    return {
      iam: { accessKey: accessKeyId, accountId, callerId: userId, ...nobody, userArn, userId },
    }
  } catch (error) {
    if (error instanceof KmsError) return undefined
    throw error
  }
}
