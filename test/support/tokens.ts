import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from '../../core/base/log.ts'
import type { Hsm } from '../../core/custom-key-store/cluster.ts'
import { type HsmOptions, openHsm } from '../../server/hsm/hsm.ts'
import {
  type Registration,
  readRegistrations,
  writeRegistrations,
} from '../../server/hsm/registrations.ts'
import type { TokenPlace } from '../../server/hsm/token.ts'
import { identityOf } from '../../server/hsm/token-identity.ts'
import { startTokenProcess } from '../../server/hsm/token-process.ts'
import { type FakeToken, NEW_TOKEN, readToken, writeToken } from './fake-pkcs11.ts'
import { sliced } from './slice.ts'
import { startTokenHere } from './token-here.ts'

export const PASSWORD = 'kmsuser-password'

/** A certificate as a cluster has one; made for the tests, and of nobody. */
export const TRUST_ANCHOR = `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUYxQm3u3n0fQ0m1bJ0mJ8k0cF0AAwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
`
export const OTHER_ANCHOR = TRUST_ANCHOR.replace('MIIBgjCC', 'MIIBgzCC')

/** Tokens of a kind, and a machine's registrations of them. */
export interface Tokens {
  readonly kind: 'a token in a file' | 'SoftHSM2'
  /** data folder with the registrations */
  readonly data: string
  readonly options: HsmOptions
  /** another process's, over the same tokens */
  open(options?: HsmOptions, log?: Log): Hsm
  /** Makes a token and registers it as a cluster of an account. */
  register(account: string, more?: Partial<Registration>): Registration
  unregister(cluster: string): void
  /** takes a token away, and puts it back */
  remove(registration: Registration): void
  restore(registration: Registration): void
  /** CKA_IDs of the keys that are in a token, asked of the token itself */
  keysIn(registration: Registration): readonly string[]
}

let clusters = 0
let folders = 0

/** cluster- and eleven digits of base 6, each of 2-7 */
export const newCluster = (): string =>
  `cluster-${(++clusters)
    .toString(6)
    .padStart(11, '0')
    .replace(/\d/g, (digit) => String(Number(digit) + 2))}`

/** What answers is waited for, however slow the machine is to start a process; who is silent is a test's own matter. */
const PATIENT: HsmOptions = { limits: { use: 3_600_000, other: 3_600_000 } }

function machine(options: HsmOptions) {
  const data = mkdtempSync(join(tmpdir(), `tenkey-hsm-${++folders}-`))
  return {
    data,
    options,
    open: (more: HsmOptions = {}, log: Log = () => undefined) =>
      openHsm(data, log, { ...PATIENT, ...options, ...more }),
    add(registration: Registration): Registration {
      writeRegistrations(data, [...readRegistrations(data), registration])
      return registration
    },
    unregister(cluster: string) {
      writeRegistrations(
        data,
        readRegistrations(data).filter((one) => one.cluster !== cluster),
      )
    },
  }
}

/** Tokens of this suite's own, for what SoftHSM never does, and for machines without it. */
export interface FakeTokens extends Tokens {
  read(registration: Registration): FakeToken
  change(registration: Registration, change: Partial<FakeToken>): void
}

const FAKE_PROGRAM = new URL('fake-token-main.ts', import.meta.url)

/** Each in a process of its own. */
const startFake = (place: TokenPlace) => startTokenProcess(place, FAKE_PROGRAM)

/**
 * For what is asked of the service, and not of its processes: in `npm test` tokens are in this one. What a process
 * does, that ends or hangs, is looked at by test/hsm/faults.test.ts, and each port's contract by test/hsm/hsm.test.ts.
 */
export const quickTokens = (): FakeTokens =>
  fakeTokens({ startToken: sliced ? startTokenHere : startFake })

export function fakeTokens(options: HsmOptions = {}): FakeTokens {
  const { add, ...own } = machine({ startToken: startFake, pause: 0, ...options })
  const read = ({ module }: Registration) => readToken(module)
  const change = (one: Registration, more: Partial<FakeToken>) =>
    writeToken(one.module, { ...read(one), ...more })
  return {
    kind: 'a token in a file',
    ...own,
    read,
    change,
    register(account, more = {}) {
      const cluster = newCluster()
      const module = join(own.data, `${cluster}.json`)
      writeToken(module, { ...NEW_TOKEN, label: cluster, pin: PASSWORD })
      const identity = identityOf({ manufacturer: 'tests', model: 'file', serial: '1' })
      const kept = { trustAnchor: TRUST_ANCHOR, identity }
      return add({ account, cluster, module, token: cluster, ...kept, ...more })
    },
    remove: (one) => change(one, { present: false, restarts: read(one).restarts + 1 }),
    restore: (one) => change(one, { present: true }),
    keysIn: (one) => Object.keys(read(one).keys),
  }
}

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]
export const SOFTHSM = MODULES.find((path) => existsSync(path)) ?? ''

/** Why SoftHSM2 can't be tried here, in one line; undefined where it can. */
export function noSoftHsm(): string | undefined {
  if (SOFTHSM === '' || spawnSync('softhsm2-util', ['--version']).status !== 0) {
    return 'SoftHSM2 is not installed (apt-get install softhsm2)'
  }
  try {
    createRequire(import.meta.url)('pkcs11js')
    return undefined
  } catch {
    return 'pkcs11js is not built (npm ci, where there is a C++ compiler)'
  }
}

/** Sets SOFTHSM2_CONF of this process: a file that calls it runs apart. */
export function softTokens(options: HsmOptions = {}): Tokens {
  const { add, ...own } = machine({ pause: 0, ...options })
  const folder = join(own.data, 'tokens')
  mkdirSync(folder)
  const away = join(own.data, 'away')
  mkdirSync(away)
  const places = new Map<string, string>()
  const place = (cluster: string) => join(folder, places.get(cluster) ?? '')
  const conf = join(own.data, 'softhsm2.conf')
  writeFileSync(
    conf,
    `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  process.env['SOFTHSM2_CONF'] = conf
  return {
    kind: 'SoftHSM2',
    ...own,
    register(account, more = {}) {
      const cluster = newCluster()
      const pins = ['--so-pin', 'so-password', '--pin', PASSWORD]
      const before = readdirSync(folder)
      execFileSync('softhsm2-util', ['--init-token', '--free', '--label', cluster, ...pins])
      // SoftHSM names a token's folder by its serial number
      places.set(cluster, readdirSync(folder).find((name) => !before.includes(name)) ?? '')
      return add({
        account,
        cluster,
        module: SOFTHSM,
        token: cluster,
        trustAnchor: TRUST_ANCHOR,
        ...more,
      })
    },
    remove: ({ cluster }) => renameSync(place(cluster), join(away, cluster)),
    restore: ({ cluster }) => renameSync(join(away, cluster), place(cluster)),
    keysIn: (one) => softKeys(one).map(({ id }) => id),
  }
}

/** What a SoftHSM2 token says of its keys: members are attributes in hex, or why there is none. */
export interface SoftKey extends Readonly<Record<string, string>> {
  readonly id: string
}

export function softKeys({ cluster }: Registration): readonly SoftKey[] {
  const program = fileURLToPath(new URL('list-token.ts', import.meta.url))
  const words = [program, SOFTHSM, cluster, PASSWORD]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }))
}
