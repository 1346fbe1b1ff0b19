import { providerName } from '../../parts/provider-name.ts'

/** Whom a new role trusts, as AWS's console asks; `custom` for a text that a person wrote. */
export type TrustKind = 'account' | 'web' | 'aws' | 'custom'

/** What is asked of whom a role trusts. */
export interface Trust {
  readonly kind: TrustKind
  /** 12 digits */
  readonly account: string
  readonly externalId: string
  readonly mfa: boolean
  /** the ARN of an OpenID Connect provider */
  readonly provider: string
  readonly audience: string
  readonly subject: string
  /** of AWS: an ARN there, with `*` where any text may stand */
  readonly awsArn: string
  readonly awsUserId: string
  /** of `custom` alone */
  readonly text: string
}

export const FIRST_TRUST: Trust = {
  ...{ kind: 'account', account: '', externalId: '', mfa: false },
  ...{ provider: '', audience: '', subject: '', awsArn: '', awsUserId: '', text: '' },
}

const only = (entries: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ''))

/** `{operator: {key: value}}` of what was given. */
const conditions = (of: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
  const given = Object.entries(of)
    .map(([operator, keys]) => [operator, only(keys)] as const)
    .filter(([, keys]) => Object.keys(keys).length > 0)
  return given.length === 0 ? {} : { Condition: Object.fromEntries(given) }
}

function statementOf(trust: Trust, partition: string) {
  const { provider, audience, subject } = trust
  const name = providerName(provider)
  switch (trust.kind) {
    case 'web':
      return {
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        ...conditions({ StringEquals: { [`${name}:aud`]: audience, [`${name}:sub`]: subject } }),
      }
    case 'aws':
      return {
        Principal: { Federated: 'sts.amazonaws.com' },
        Action: 'sts:AssumeRoleWithAwsIdentity',
        ...conditions({
          ArnLike: { 'tenkey:AwsArn': trust.awsArn },
          StringLike: { 'tenkey:AwsUserId': trust.awsUserId },
        }),
      }
    default:
      return {
        Principal: { AWS: `arn:${partition}:iam::${trust.account}:root` },
        Action: 'sts:AssumeRole',
        ...conditions({
          StringEquals: { 'sts:ExternalId': trust.externalId },
          Bool: { 'aws:MultiFactorAuthPresent': trust.mfa ? 'true' : '' },
        }),
      }
  }
}

/** The trust policy of what was asked. */
export const trustPolicy = (trust: Trust, partition: string): string =>
  trust.kind === 'custom'
    ? trust.text
    : JSON.stringify(
        {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', ...statementOf(trust, partition) }],
        },
        null,
        2,
      )

/** Whether all is given that the kind needs. */
export const isWhole = ({ kind, account, provider, audience, awsArn, awsUserId }: Trust) =>
  kind === 'account'
    ? /^\d{12}$/.test(account)
    : kind === 'web'
      ? provider !== '' && audience !== ''
      : kind === 'aws'
        ? awsArn !== '' || awsUserId !== ''
        : true

/** The principals that a trust policy names, in one line. */
export function trustedOf(document: string | undefined): string {
  try {
    const { Statement } = JSON.parse(document ?? '') as { Statement?: unknown }
    const names = [Statement].flat().flatMap((one) => {
      const { Effect, Principal } = (one ?? {}) as Readonly<Record<string, unknown>>
      if (Effect !== 'Allow') return []
      return typeof Principal === 'object' && Principal !== null
        ? Object.values(Principal).flat()
        : [Principal]
    })
    return [...new Set(names.filter((one) => typeof one === 'string'))].join(', ')
  } catch {
    return ''
  }
}
