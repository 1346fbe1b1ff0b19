import { createHash } from 'node:crypto'
import type { Tenant } from './harness.ts'

/** What was asked and answered, as docs/openapi.json shows it: with names that are nobody's. */

const DAY_ONE = Date.parse('2026-01-15T12:00:00.000Z')
const HOUR = 3_600_000
const IDS = [
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  '0987dcba-09fe-87dc-65ba-ab0987654321',
  '5678efab-56ef-78ab-90cd-5678901234ef',
]
const DIGITS = '0123456789abcdef'.repeat(4)

/** by which AWS KMS calls */
const XKS_ACCESS_KEY = 'ABCDEFGHIJKLMNOPQRST2345'

/** Members that are secret or random, and what stands for them. */
const SECRETS: Readonly<Record<string, string>> = {
  SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  RawSecretAccessKey: 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGh=',
  SessionToken: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN',
  GrantToken: 'AQpAM2RhZEXAMPLETOKEN',
  NextMarker: 'AAAAEXAMPLEMARKER',
  Marker: 'AAAAEXAMPLEMARKER',
  AuthenticationCode1: '123456',
  AuthenticationCode2: '654321',
}
const BLOBS: ReadonlySet<string> = new Set([
  'CiphertextBlob',
  'SharedSecretCiphertextBlob',
  'PrivateKeyPlaintext',
  'PrivateKeyCiphertextBlob',
  'PublicKey',
  'SharedSecret',
  'Signature',
  'Mac',
  'ImportToken',
  'EncryptedKeyMaterial',
  'Base32StringSeed',
  'QRCodePNG',
])
/** operations whose plaintext is random */
const RANDOM: ReadonlySet<string> = new Set(['GenerateDataKey', 'GenerateRandom'])

/** @param now Unix ms: times are told from the day of the examples on, to the hour */
export function shown(
  value: unknown,
  { operation, tenant, now }: { operation: string; tenant: Tenant; now: number },
): unknown {
  const ids: string[] = []
  const id = (text: string) => {
    if (!ids.includes(text)) ids.push(text)
    return IDS[ids.indexOf(text)] ?? IDS[0] ?? ''
  }
  function text(said: string): string {
    return said
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, (moment, ms) => {
        const hours = Math.round((Date.parse(moment) - now) / HOUR)
        const at = new Date(DAY_ONE + hours * HOUR).toISOString()
        return ms === undefined ? at.replace('.000Z', 'Z') : at
      })
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, id)
      .replace(/(?<![0-9a-zA-Z-])\d{12}(?!\d)/g, (account) =>
        account === tenant.accountId
          ? '111122223333'
          : account === '000000000000' || account === '444455556666'
            ? account
            : '777788889999',
      )
      .replace(/-x\d+\b/g, '')
      .replace(/\b(AIDA|AROA|AGPA|ANPA|AKIA|ASIA)[A-Z2-7]{16,}\b/g, '$1IOSFODNN7EXAMPLE')
      .replace(/(?<![0-9a-f-])[0-9a-f]{17,64}\b|\b[0-9a-f]{16}\b/g, (hex) =>
        /[a-f]/.test(hex) && /\d/.test(hex) ? DIGITS.slice(0, hex.length) : hex,
      )
      .replace(/\bcks-[0-9a-f]{17}\b/g, 'cks-1234567890abcdef0')
      .replace(/\bmrk-[0-9a-f]{32}\b/g, 'mrk-1234abcd12ab34cd56ef1234567890ab')
  }
  function walk(one: unknown, name = ''): unknown {
    if (Array.isArray(one)) return one.map((item) => walk(item, name))
    if (typeof one === 'string') {
      const blob = BLOBS.has(name) || (name === 'Plaintext' && RANDOM.has(operation))
      if (blob) return createHash('sha256').update(`${operation} ${name}`).digest('base64')
      if (name === 'AccessKeyId' && !/^A[KS]IA/.test(one)) return XKS_ACCESS_KEY
      return SECRETS[name] ?? text(one)
    }
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner, key)]))
  }
  return walk(value)
}
