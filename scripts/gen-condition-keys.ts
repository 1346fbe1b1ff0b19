import { AWS_IDENTITY_KEYS } from '../core/access/aws-identity-keys.ts'
import {
  GLOBAL_FAMILIES,
  GLOBAL_KEYS,
  KMS_FAMILIES,
  KMS_KEYS,
  NEVER,
  type Presence,
  STS_KEYS,
} from '../core/access/condition-table.ts'
import { IAM_KEYS } from '../core/access/iam-condition-keys.ts'
import { XKS_CONDITION_KEYS } from '../core/xks/condition-keys.ts'
import { CONDITION_KEY_TEXTS } from './condition-key-texts.ts'

/** in calls of AWS KMS alone */
const XKS_KEYS: Table = Object.fromEntries(
  Object.entries(XKS_CONDITION_KEYS).map(([name, member]) => [
    name,
    {
      present: {
        where: `calls of an external key store’s proxy${member === 'kmsViaService' ? ', where a service called' : ''}`,
      },
    },
  ]),
)

type Described = Omit<(typeof KMS_KEYS)[string], 'read'> & { readonly suffix?: string }
type Table = Readonly<Record<string, Described>>

/** docs/condition-keys.md: every condition key that policies may ask for. */
export function conditionKeysSource(): string {
  return `<!-- Written by npm run gen from core/access/condition-table.ts. Do not edit. -->
# Condition keys

What policies may ask for in a \`Condition\`, and as a policy variable. Types and presence are those of AWS's documentation: [global condition keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), [condition keys for AWS KMS](https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html), [for AWS STS and AWS IAM](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html). Where a key is not present it is missing: negated operators, \`…IfExists\` and \`ForAllValues\` hold, others don't.

- Names of keys are compared without regard to case.
- A key with one value takes no set operator; one with **several** wants \`ForAllValues\` or \`ForAnyValue\`.
- A value has at most 2,048 bytes, an encryption context 8,192 in all; see "Bounds of a decision" in [threat-model.md](threat-model.md).
- A date is compared as ISO 8601 or Unix seconds. A key of type Date is text that numeric operators can't read.

${section('Global', GLOBAL_KEYS, GLOBAL_FAMILIES)}
${section('AWS KMS', KMS_KEYS, KMS_FAMILIES)}
${section('AWS STS', STS_KEYS)}
${section('AWS IAM', IAM_KEYS)}
${section('Of our own', XKS_KEYS)}
What AWS KMS says of its own caller where it calls the proxy of an external key store ([xks.md](xks.md)). It is AWS’s word, and says nothing of principals here: \`aws:PrincipalArn\` stays who the credential stands for.

${section('AWS identities', AWS_IDENTITY_KEYS)}
Who AWS STS says a caller of AWS is ([aws-identities.md](aws-identities.md)). A trust policy that allows \`sts:AssumeRoleWithAwsIdentity\` without demanding one of them is refused.

## Identity tokens

In the trust policy of a role, while a token asks for it: \`<issuer>:<claim>\`, e.g. \`idp.example.com:sub\`, for each claim that is text, a number, a boolean, or a list of texts (several values).

## Never present

${Object.entries(NEVER).map(never).join('\n')}
`
}

const section = (title: string, ...tables: readonly Table[]): string =>
  `## ${title}

| Key | Type | Values | Present | What it is |
|---|---|---|---|---|
${tables
  .flatMap((table) => Object.entries(table))
  .map(row)
  .join('\n')}
`

/** @throws Error for a condition key that nobody has said what it is */
function described(name: string) {
  const text = CONDITION_KEY_TEXTS.get(name)
  if (text === undefined) throw new Error(`condition-key-texts.ts does not say what ${name} is`)
  return text
}

const row = ([name, { suffix, many, present }]: [string, Described]): string => {
  const [type, says] = described(name)
  return `| \`${name}${suffix === undefined ? '' : `<${suffix}>`}\` | ${type} | ${many === true ? 'several' : 'one'} | ${inWords(present)} | ${says} |`
}

function inWords(present: Presence): string {
  if (present === 'always') return 'always'
  if (present === 'key') return 'actions on a key'
  if ('where' in present) return present.where
  const names = present.map((name) => name.replace(/^(ReEncrypt)(From|To)$/, '$1'))
  return [...new Set(names)].join(', ')
}

const never = ([reason, keys]: [string, readonly string[]]): string =>
  `- ${reason} ${keys.map((key) => `\`${key}\``).join(', ')}`
