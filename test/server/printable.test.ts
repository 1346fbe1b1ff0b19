import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printable, printableJson } from '../../core/base/printable.ts'
import { tenantName } from '../../operations/administration/admin-members.ts'
import { runCommand } from '../support/command.ts'

/** By what they do: each steers a terminal, or shows a text otherwise than it is. */
const STEERING = new Map([
  ['a line break', '\n'],
  ['a carriage return', '\r'],
  ['a bell', '\u0007'],
  ['an ANSI escape', '\u001b[31m'],
  ['DEL', '\u007f'],
  ['C1 CSI', '\u009b31m'],
  ['an Arabic letter mark', '\u061c'],
  ['a left-to-right mark', '\u200e'],
  ['a right-to-left mark', '\u200f'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069].map(
    (code) => [`U+${code.toString(16)}`, String.fromCharCode(code)] as const,
  ),
])
const RAW = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u
const NASTY = `a${[...STEERING.values()].join('b')}c`

/** One answer for whatever is asked: each text that a command may print is one that steers. */
const ANSWER = (() => {
  const key = { AccessKeyId: NASTY, SecretAccessKey: NASTY, Principal: NASTY, Status: NASTY }
  const tags = { Tags: [{ TagKey: NASTY, TagValue: NASTY }], Policies: { [NASTY]: NASTY } }
  const tenant = { AccountId: NASTY, Name: NASTY, Status: NASTY, CreationDate: NASTY }
  const issuer = {
    IssuerId: NASTY,
    Issuer: NASTY,
    Audiences: [NASTY],
    Algorithms: [NASTY],
    JwksUri: NASTY,
    SubjectClaim: NASTY,
    RoleArn: NASTY,
    RoleClaim: NASTY,
    TagClaims: { [NASTY]: NASTY },
  }
  const principal = {
    Arn: NASTY,
    Type: NASTY,
    PrincipalId: NASTY,
    PermissionsBoundary: NASTY,
    TrustPolicy: NASTY,
    Name: NASTY,
    CreationDate: NASTY,
    ...tags,
  }
  const session = { ...key, SessionToken: NASTY, Expiration: NASTY }
  const lists = { Tenants: [tenant], AccessKeys: [key], Principals: [principal], Issuers: [issuer] }
  const clock = { Now: NASTY, AheadSeconds: NASTY, Rotated: NASTY }
  const parts = { AccessKey: key, Credentials: session }
  return { ...issuer, ...principal, ...tenant, ...key, ...clock, ...parts, ...lists }
})()

let server: Server
let refusing = false
let settings: Record<string, string>

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.statusCode = refusing ? 400 : 200
    response.end(JSON.stringify(refusing ? { code: NASTY, detail: `a\u202e${NASTY}` } : ANSWER))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  settings = {
    TENKEY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    TENKEY_OPERATOR_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA',
    TENKEY_OPERATOR_SECRET_ACCESS_KEY: 'secret',
  }
})
afterAll(() => server.close())

const account = ['--account', '111122223333']
const COMMANDS: readonly (readonly string[])[] = [
  ['tenant', 'create', '--name', 'x'],
  ['tenant', 'list'],
  ['tenant', 'show', ...account],
  ['tenant', 'update', ...account, '--name', 'x'],
  ['access-key', 'create', ...account],
  ['access-key', 'list', ...account],
  ['principal', 'create', ...account, '--user', 'x', '--access-key'],
  ['principal', 'list', ...account],
  ['principal', 'show', ...account, '--user', 'x'],
  ['session', 'create', ...account, '--user', 'x'],
  ['issuer', 'create', ...account, '--url', 'https://x', '--audience', 'x'],
  ['issuer', 'list', ...account],
  ['clock', 'show'],
  ['clock', 'advance', '1d'],
]

describe('whatever a server answers, no command prints what would steer a terminal', () => {
  test.each(COMMANDS)('%s %s %s', async (...words) => {
    refusing = false
    const { code, stdout, stderr } = await runCommand(words, settings)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toMatch(RAW)
    expect(stdout).toContain(printable(NASTY))
    const json = await runCommand([...words, '--json'], settings)
    expect(json.stdout).not.toMatch(RAW)
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(JSON.stringify(NASTY).slice(1, -1))
  })

  test.each(COMMANDS)('%s %s %s, refused', async (...words) => {
    refusing = true
    const { code, stdout, stderr } = await runCommand(words, settings)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).not.toMatch(RAW)
    expect(stderr).toMatch(/^tenkey: a\\u202ea.*\n$/)
  })

  test.each([
    [[NASTY]],
    [['tenant', NASTY]],
    [['tenant', 'suspend', NASTY]],
    [['tenant', 'list', `--${NASTY}`]],
    [['access-key', 'delete', ...account, '--access-key-id', NASTY]],
    [['principal', 'create', ...account, '--user', 'x', '--policy', `/none/${NASTY}`]],
    [['root', 'move', '--to', NASTY]],
    [['clock', 'advance', NASTY]],
  ])('words that are wrong: %j', async (words) => {
    const { code, stderr } = await runCommand(words, settings)
    expect(code).toBeGreaterThan(0)
    expect(stderr).not.toMatch(RAW)
    expect(stderr).toMatch(/^tenkey: [^\n]*\n$/)
  })
})

describe('a text that steers', () => {
  test.each([...STEERING])('%s is shown by its number, and JSON means the same', (_, text) => {
    expect(printable(`a${text}b`)).toMatch(/^a\\u[0-9a-f]{4}.*b$/)
    const json = printableJson(JSON.stringify({ [text]: text }))
    expect(json).not.toMatch(RAW)
    expect(JSON.parse(json)).toEqual({ [text]: text })
  })

  test.each([...STEERING])('%s is in no tenant’s name', (_, text) => {
    const pattern = new RegExp(String(tenantName.schema['pattern']))
    expect(pattern.test(`a${text}b`)).toBe(false)
    expect(pattern.test('Müller & 山田 🔑')).toBe(true)
  })

  test('letters of any script stay as they are', () => {
    const text = 'Müller שלום مرحبا 山田 🔑 \\u202e'
    expect(printable(text)).toBe(text)
    expect(printableJson(JSON.stringify({ text }))).toBe(JSON.stringify({ text }))
  })
})
