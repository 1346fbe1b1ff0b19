import { readFileSync } from 'node:fs'
import type { AnyOperation } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'

/** One member of AWS's API model. */
export interface Member {
  readonly type:
    | 'string'
    | 'blob'
    | 'integer'
    | 'boolean'
    | 'timestamp'
    | 'list'
    | 'map'
    | 'structure'
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: boolean
  /** of a list */
  readonly items?: Member
  /** of a structure: its name in `shapes` */
  readonly shape?: string
}

export interface Structure {
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Member>>
}

interface Model {
  readonly operations: Readonly<
    Record<string, { input: string | null; output: string | null; errors: readonly string[] }>
  >
  readonly shapes: Readonly<Record<string, Structure>>
}

/** AWS's API model of KMS (test/vectors/README.md tells its origin). */
export const model = JSON.parse(
  readFileSync(new URL('../vectors/kms-api.json', import.meta.url), 'utf8'),
) as Model

export function structure(name: string | undefined): Structure {
  const found = model.shapes[name ?? '']
  if (found === undefined) throw new Error(`the model has no structure ${name}`)
  return found
}

/** The operations that AWS KMS has too; those of other services of AWS have no place in its model. */
export const awsOperations: readonly AnyOperation[] = operations.filter(({ docs = '' }) =>
  docs.startsWith('https://docs.aws.amazon.com/kms/'),
)

const KEY_MEMBER = /^(KeyId|TargetKeyId|SourceKeyId|DestinationKeyId)$/
export const ALIAS = 'alias/sample'

/** Members that an operation asks for though the model has them optional, or that need sense. */
const SENSE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  GenerateRandom: { NumberOfBytes: 8 },
  GenerateDataKey: { NumberOfBytes: 16 },
  GenerateDataKeyWithoutPlaintext: { NumberOfBytes: 16 },
  // pairs that are made in no time
  GenerateDataKeyPair: { KeyPairSpec: 'ECC_NIST_P256' },
  GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: 'ECC_NIST_P256' },
  Decrypt: { CiphertextBlob: 'AAAA' },
  ReEncrypt: { CiphertextBlob: 'AAAA' },
  CreateGrant: { GranteePrincipal: `arn:aws:iam::${'1'.repeat(12)}:root`, Operations: ['Decrypt'] },
  RetireGrant: { GrantId: 'f'.repeat(64) },
  RevokeGrant: { GrantId: 'f'.repeat(64) },
  CreateCustomKeyStore: {
    CustomKeyStoreName: 'sample',
    CloudHsmClusterId: 'cluster-234567abcde',
    KeyStorePassword: 'sample password',
    TrustAnchorCertificate: 'sample',
  },
  CreateKey: { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
}

/** JSON of a request that satisfies every constraint of the model, naming one key everywhere. */
export function sampleInput(operation: AnyOperation, keyId: string): Record<string, unknown> {
  const input = model.operations[operation.name]?.input
  if (input === null || input === undefined) return {}
  // a ciphertext that is none would be refused before its destination is looked at
  const source = operation.name === 'ReEncrypt' && { SourceKeyId: keyId }
  return { ...sampleOf(structure(input), keyId), ...source, ...SENSE[operation.name] }
}

function sampleOf({ required, members }: Structure, keyId: string): Record<string, unknown> {
  const entries = required.map((name) => [name, sampleMember(name, members[name], keyId)])
  return Object.fromEntries(entries)
}

/** A value of a member that its constraints allow. */
export function sampleMember(name: string, member: Member | undefined, keyId: string): unknown {
  if (member === undefined) throw new Error(`the model has no member ${name}`)
  if (KEY_MEMBER.test(name)) return keyId
  switch (member.type) {
    case 'string':
      return sampleText(name, member)
    case 'blob':
      return Buffer.alloc(Math.max(member.min ?? 1, 16), 7).toString('base64')
    case 'integer':
      return Math.max(member.min ?? 1, 1)
    case 'boolean':
      return false
    case 'timestamp':
      return 1_700_000_000
    case 'list':
      return [sampleMember('', member.items, keyId)]
    case 'map':
      return { name: 'value' }
    case 'structure':
      return sampleOf(structure(member.shape), keyId)
  }
}

/** Members of proxies, each in one form alone. */
const PROXY = [
  'https://proxy.example.com',
  '/tenant/kms/xks/v1',
  'com.amazonaws.vpce.us-east-1.vpce-svc-1234',
]

function sampleText(name: string, { min = 1, pattern, enum: names }: Member): string {
  if (name === 'AliasName') return ALIAS
  if (names !== undefined) return names[0] ?? ''
  const arn = 'arn:aws:iam::111122223333:root'
  if (name === 'CloudHsmClusterId') return 'cluster-234567abcde'
  const candidates = ['a', 'f', '1', 'A', arn, 'us-east-1', 'rds.amazonaws.com', ...PROXY]
  const texts = candidates.map((text) => text.repeat(Math.ceil(Math.max(min, 1) / text.length)))
  const fitting = texts.find(
    (text) => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text),
  )
  if (fitting === undefined) throw new Error(`no sample for ${name} of ${pattern}`)
  return fitting
}

/** An account that there is not. */
export const NOBODY = '111122223333'

/** Something for every member that stands in a path. @param http e.g. `GET /v1/keys/{KeyId}` */
export function samplePath(http: string): Record<string, string> {
  const names = [...http.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return Object.fromEntries(
    names.map((name) => [name, name === 'AccountId' ? NOBODY : 'AKIAAAAAAAAAAAAAAAAA']),
  )
}

/** The members of an operation's input by which it names a key, and whether an alias may. */
export const keyMembers = ({ keys }: AnyOperation): { member: string; alias: boolean }[] =>
  Object.values(keys).flatMap(({ from, alias }) =>
    from.filter((name) => KEY_MEMBER.test(name)).map((member) => ({ member, alias })),
  )
