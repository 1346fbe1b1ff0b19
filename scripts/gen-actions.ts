import { KEY_ACTIONS } from '../core/access/key-actions.ts'
import type { AnyOperation } from '../core/operation.ts'
import {
  callerConditionKeys,
  conditionKeysOf,
  constantConditionKeys,
  keyConditionKeys,
} from './action-condition-keys.ts'
import { type AskedAction, askedBy } from './asked-actions.ts'
import type { Found } from './gen-subjects.ts'

const SERVICES: ReadonlyMap<string, string> = new Map([
  ['kms', 'AWS KMS: `kms:`'],
  ['sts', 'AWS STS: `sts:`'],
  ['iam', 'AWS IAM: `iam:`'],
  ['tenkey', 'Of our own: `tenkey:`'],
])

/** docs/actions.md: every action that policies may name, what it is asked on, and by which operations. */
export function actionsSource(found: readonly Found[]): string {
  const operations = found
    .map(({ operation }) => operation)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const asked = operations.flatMap(askedBy)
  const nothing = operations.filter((one) => askedBy(one).length === 0 && one.service !== 'xks')
  const services = Map.groupBy(asked, ({ action }) => action.split(':')[0] ?? '')
  for (const service of services.keys()) {
    if (!SERVICES.has(service)) throw new Error(`actions of ${service} have no title`)
  }
  return `<!-- Written by npm run gen from operations/. Do not edit. -->
# Actions

Every action that a policy may name, what it is asked on, the condition keys that the request has because of it, and the operations that ask it. Patterns (\`kms:*\`, \`tenkey:List*\`) name those that match; names are compared without regard to case.

- **Resource.** What \`Resource\` of a statement of an identity policy must match, as ARNs; a key policy's statements are about its own key (\`"Resource": "*"\`). \`ACCOUNT\` is the caller's own account, of the operator's actions the one that the request names; \`PATH/\` is missing where the path is \`/\`; the partition is the installation's. \`*\` is a text of its own, which \`"Resource": "*"\` alone matches. The text \`*\` within an ARN, as CreateTenant has it for an account whose number is not drawn yet, is named by \`\${*}\`: \`arn:aws:iam::\${*}:root\` matches it and no account that there is.
- **Condition keys** of every request are not repeated in each row: ${names(constantConditionKeys())}. Those about who calls are there whatever is asked: ${names(callerConditionKeys())}. Every action on a key has: ${names(keyConditionKeys())}. [condition-keys.md](condition-keys.md) says of each what it is, and when it is missing.
- **Asked by**: \`X\` with \`M\` asks it only where the request has the member M. Each action of a row must be allowed, and so must each row that has the operation.
- Key policies, grants, permissions boundaries and session policies decide as in AWS; [api.md](api.md) has the operations, and what is special about the operator's own account.

${[...SERVICES].map(([service, title]) => section(title, services.get(service) ?? [])).join('\n')}
## Asked nothing

Whoever is known may: ${names(nothing.map(operationName))}.
`
}

const section = (title: string, asked: readonly AskedAction[]): string => {
  const actions = [...Map.groupBy(asked, ({ action }) => action)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return `## ${title}

| Action | Resource | Condition keys | Asked by |
|---|---|---|---|
${actions.map(row).join('\n')}
`
}

const row = ([action, asked]: [string, readonly AskedAction[]]): string => {
  const resources = [...new Set(asked.map(({ resource }) => resource))]
  const known = KEY_ACTIONS.includes(action) ? keyConditionKeys() : []
  const keys = [...new Set(asked.flatMap(conditionKeysOf))].filter((key) => !known.includes(key))
  const by = [...new Set(asked.map(askedBySaid))]
  const cells = [`\`${action}\``, resources.join('; '), names(keys.sort()), by.join(', ')]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

const askedBySaid = ({ operation, with: members }: AskedAction): string =>
  members.length === 0
    ? operationName(operation)
    : `${operationName(operation)} with ${members.map((name) => `\`${name}\``).join(' and ')}`

/** Names that AWS IAM shares with the operator's own are told apart by whose they are. */
const operationName = ({ name, service, audience }: AnyOperation): string =>
  SHARED.test(name) && service !== 'iam' && audience === 'operator' ? `${name} (operator)` : name
const SHARED = /^(CreateAccessKey|DeleteAccessKey|ListAccessKeys|UpdateAccessKey)$/

const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ')
