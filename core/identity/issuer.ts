import { createHash } from 'node:crypto'
import { partitionOf } from '../base/arn.ts'
import { accountItem, type LaterFormat, WaitsForUpgrade } from '../item/item-kind.ts'
import type { ItemKey } from '../store/store.ts'
import type { TokenChecks } from './token-checks.ts'

/** JWS algorithms an issuer may be registered for: digital signatures alone, never `none` or a shared secret. */
export const JWS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

export type JwsAlgorithm = (typeof JWS_ALGORITHMS)[number]

/** What the store keeps of an OpenID Connect issuer that an account trusts. */
export interface IssuerData {
  /** `iss` of its tokens, letter by letter */
  readonly url: string
  /** values of `aud`, one of which a token must have */
  readonly audiences: readonly string[]
  /** where its keys are; absent where discovery tells */
  readonly jwksUri?: string
  readonly algorithms: readonly JwsAlgorithm[]
  /** claim that names who it is; `sub` unless given */
  readonly subjectClaim: string
  /** ARN of the role that bearer tokens act as, unless a claim names another */
  readonly roleArn?: string
  /** claim that holds the ARN or the name of the role to act as */
  readonly roleClaim?: string
  /** session tag → claim */
  readonly tagClaims: Readonly<Record<string, string>>
  /** what its tokens must be besides; absent for nothing */
  readonly checks?: TokenChecks
  /** of certificates, as AWS IAM is told them: kept, and not looked at */
  readonly thumbprints?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  /** Unix ms */
  readonly created: number
}

/** Format 2 may have checks of tokens, which older releases would not heed. */
const CHECKED: LaterFormat = {
  since: 2,
  upgrade: (data) => data,
  lower(data) {
    if (data['checks'] === undefined) return data
    throw new WaitsForUpgrade('Issuers have no checks of their own')
  },
}

export const issuerItem = accountItem<IssuerData, ['issuer']>({
  name: 'oidc-issuer',
  sort: ['issuer'],
  later: [CHECKED],
})

/** Named by a hash: issuers are URLs of any length. */
export const issuerId = (url: string): string =>
  createHash('sha256').update(url).digest('hex').slice(0, 32)
export const issuerPlace = (accountId: string, issuer: string): ItemKey =>
  issuerItem.place({ accountId, issuer })

/** How policies name an issuer: its URL without the scheme. */
export const issuerName = (url: string): string =>
  url.replace(/^https?:\/\//, '').replace(/\/$/, '')

/** The `Federated` principal of trust policies. */
export const providerArn = (region: string, accountId: string, url: string): string =>
  `arn:${partitionOf(region)}:iam::${accountId}:oidc-provider/${issuerName(url)}`
