import type { JWTPayload } from 'jose'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { ProvenIssuer } from './caller.ts'
import type { Claim } from './claim.ts'
import { tenantPlace } from './credential.ts'
import {
  type InstallationIssuerData,
  installationIssuerItem,
  installationIssuerPlace,
  installationProviderArn,
  tenantValuesPlace,
  valuesOf,
} from './installation-issuer.ts'
import { type IssuerData, issuerId, issuerItem, issuerPlace, providerArn } from './issuer.ts'
import { claimAt, textsAt } from './token-checks.ts'
import type { TokenIssuer } from './verify-token.ts'

/** An issuer whose tokens an account takes: one that it has registered, or one of the whole installation. */
export interface Issuing extends TokenIssuer {
  readonly tagClaims: Readonly<Record<string, string>>
  /** the `Federated` principal of trust policies */
  readonly provider: string
  /**
   * Whether a token that is verified is one for the account; of an issuer that the account has registered each is.
   * @returns how it names the account, to be looked at again while what was made of it lasts; undefined for one
   *   that does not
   */
  admits(payload: JWTPayload, found: Found): Promise<Named | undefined>
  /** The role that a token is for, by its ARN or name. @param asked the one that the request names */
  roleOf(payload: JWTPayload, asked: string | undefined): Promise<string | undefined>
  /** What sessions made of its tokens are made from. */
  proven(named: Named): ProvenIssuer
}

/** Empty where nothing but the issuer itself says whose its tokens are. */
export interface Named {
  readonly value?: string
}

/** What to read to know an issuer of an account's, whichever it is, by the `iss` of a token. */
export function issuerPlaces(accountId: string, iss: string): ItemKey[] {
  const id = issuerId(iss)
  return [issuerPlace(accountId, id), installationIssuerPlace(id), tenantValuesPlace(accountId, id)]
}

/**
 * The issuer of a token: the account's own registration before one of the whole installation, which never is of
 * the operator's account.
 */
export async function issuingOf(
  { accountId, region }: Pick<Claim, 'accountId' | 'region'>,
  iss: string,
  found: Found,
): Promise<Issuing | undefined> {
  const id = issuerId(iss)
  const own = await found(issuerPlace(accountId, id))
  if (own !== undefined) return registered(issuerItem.read(own), accountId, region)
  const item = await found(installationIssuerPlace(id))
  if (item === undefined || accountId === OPERATOR_ACCOUNT) return undefined
  return everyones(installationIssuerItem.read(item), accountId, region)
}

function registered(data: IssuerData, accountId: string, region: string): Issuing {
  const { roleClaim, roleArn, url, created } = data
  return {
    ...data,
    provider: providerArn(region, accountId, url),
    admits: async () => ({}),
    async roleOf(payload, asked) {
      if (asked !== undefined) return asked
      const named = roleClaim === undefined ? undefined : claimAt(payload, roleClaim)
      return typeof named === 'string' ? named : roleArn
    },
    proven: () => ({ accountId, id: issuerId(url), created }),
  }
}

function everyones(data: InstallationIssuerData, accountId: string, region: string): Issuing {
  const { url, created, tenant, rules } = data
  const id = issuerId(url)
  return {
    ...data,
    everyones: true,
    provider: installationProviderArn(region, url),
    async admits(payload, found) {
      if ((await found(tenantPlace(accountId))) === undefined) return undefined
      const texts = textsAt(payload, tenant.claim)
      if (tenant.byAccountId) return texts.includes(accountId) ? {} : undefined
      const values = valuesOf(await found(tenantValuesPlace(accountId, id)), created)
      const value = texts.find((text) => values.includes(text))
      return value === undefined ? undefined : { value }
    },
    async roleOf(payload, asked) {
      const names = (await import('./role-rules.ts')).rolesOf(payload, rules)
      if (asked === undefined) return names[0]
      return names.includes(asked.slice(asked.lastIndexOf('/') + 1)) ? asked : undefined
    },
    proven: ({ value }) => ({
      accountId: OPERATOR_ACCOUNT,
      id,
      created,
      of: { accountId, ...(value !== undefined && { value }) },
    }),
  }
}

/**
 * The provider that a token says it is of, where the account takes its tokens: for those that are not accepted.
 * An account that isn't there takes none.
 */
export async function providerNamed(
  claim: Pick<Claim, 'accountId' | 'region'>,
  iss: string,
  found: Found,
): Promise<string | undefined> {
  const issuing = await issuingOf(claim, iss, found)
  const there = await found(tenantPlace(claim.accountId))
  return issuing?.everyones === true && there === undefined ? undefined : issuing?.provider
}
