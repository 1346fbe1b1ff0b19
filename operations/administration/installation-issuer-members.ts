import { invalid } from '../../core/base/errors.ts'
import type { InstallationIssuerData, RoleRule } from '../../core/identity/installation-issuer.ts'
import { list, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { principalName, shownText } from './admin-members.ts'
import { claimName, registeredOutput, shownRegistered } from './oidc-members.ts'

/** bytes of all rules of an issuer, as JSON: they are read with every call that brings a token */
const MOST_RULES = 32 * 1024
/** characters of a text that a claim is compared with, and of a value that stands for a tenant */
const MOST_TEXT = 255

export const claimText = shownText(MOST_TEXT)

/** Whose claims meet every condition acts as the role; of Equals and Like one is enough. */
const rule = struct({
  RoleName: principalName,
  Claims: list(
    struct({
      Claim: claimName,
      Equals: optional(list(claimText, { min: 1, max: 100 })),
      Like: optional(list(claimText, { min: 1, max: 100 })),
    }),
    { min: 0, max: 10 },
  ),
})

export const rules = list(rule, { min: 1, max: 50 })

/** How tokens name their tenant: by its account id, or by a value that stands for it. */
export const tenantBy = oneOf(['account-id', 'value'])

interface Rule {
  readonly RoleName: string
  readonly Claims: readonly {
    readonly Claim: string
    readonly Equals?: readonly string[] | undefined
    readonly Like?: readonly string[] | undefined
  }[]
}

/** What the shape can't say of rules. @throws KmsError ValidationException */
export function checkRules(given: readonly Rule[]): void {
  const empty = given
    .flatMap(({ Claims }) => Claims)
    .find(({ Equals, Like }) => Equals === undefined && Like === undefined)
  if (empty !== undefined)
    throw invalid(`The condition on ${empty.Claim} has no Equals and no Like.`)
  if (Buffer.byteLength(JSON.stringify(rulesOf(given))) > MOST_RULES) {
    throw invalid(`The rules of an issuer have at most ${MOST_RULES} bytes together.`)
  }
}

export const rulesOf = (given: readonly Rule[]): readonly RoleRule[] =>
  given.map(({ RoleName, Claims }) => ({
    role: RoleName,
    when: Claims.map(({ Claim, Equals, Like }) => ({
      claim: Claim,
      ...(Equals !== undefined && { equals: Equals }),
      ...(Like !== undefined && { like: Like }),
    })),
  }))

/** An issuer of the whole installation, as it is answered. */
export const installationIssuerMembers = struct({
  ...registeredOutput,
  TenantClaim: string(),
  TenantBy: tenantBy,
  Rules: rules,
})

export const shownInstallationIssuer = (data: InstallationIssuerData) => ({
  ...shownRegistered(data),
  TenantClaim: data.tenant.claim,
  TenantBy: data.tenant.byAccountId ? ('account-id' as const) : ('value' as const),
  Rules: data.rules.map(({ role, when }) => ({
    RoleName: role,
    Claims: when.map(({ claim, equals, like }) => ({
      Claim: claim,
      ...(equals !== undefined && { Equals: [...equals] }),
      ...(like !== undefined && { Like: [...like] }),
    })),
  })),
})
