import { ConfigError } from '../core/config.ts'
import type { ListenOptions, ServiceOptions } from './types.ts'

/** Each setting that an option stands for. */
const SETTING = {
  region: 'TENKEY_REGION',
  auditRetentionDays: 'TENKEY_AUDIT_RETENTION',
  corsOrigins: 'TENKEY_CORS_ORIGINS',
  trustedProxies: 'TENKEY_TRUSTED_PROXY',
  issuerNetworks: 'TENKEY_ISSUER_NETWORKS',
  urls: 'TENKEY_URLS',
} as const
const LISTEN_SETTING = { host: 'TENKEY_HOST', port: 'TENKEY_PORT' } as const

/** In messages the options' names stand for the settings', which a program never wrote. */
const WORDS: readonly (readonly [setting: string, option: string])[] = [
  ...Object.entries({ ...SETTING, ...LISTEN_SETTING }).map(
    ([option, setting]) => [setting, option] as const,
  ),
  ['TENKEY_DATA', 'store.folder'],
  ['TENKEY_TABLE', 'store.table'],
  ['TENKEY_ROOT', 'root'],
  ['TENKEY_TLS_CERT', 'tls.certificate'],
  ['TENKEY_TLS_KEY', 'tls.key'],
  ['TENKEY_PLAIN_HTTP=on', 'plainHttp: true'],
]

/** what AWS's clients read of the environment, and the settings with them */
const OF_AWS = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL', 'AWS_REGION'] as const

/** Settings, as an environment has them. */
export type Texts = Readonly<Record<string, string>>

/** What options say, as settings. @throws ConfigError */
export function settingsOf(options: ServiceOptions): Texts {
  checkNames(options)
  const { store, root } = options
  const texts: Record<string, string> = {
    TENKEY_STORE: store.type,
    // of these the rules are those of `listen`, and whose environment it is says nothing here
    TENKEY_METRICS: 'off',
    TENKEY_CONSOLE: 'off',
    TENKEY_DOCS: 'off',
    TENKEY_SWEEP: options.sweep === false ? 'off' : 'on',
  }
  for (const name of OF_AWS) {
    const value = process.env[name]
    if (value !== undefined) texts[name] = value
  }
  if (store.type === 'sqlite') texts['TENKEY_DATA'] = given(store.folder, 'store.folder')
  if (store.type === 'dynamodb') texts['TENKEY_TABLE'] = given(store.table, 'store.table')
  if (root?.type === 'file') texts['TENKEY_ROOT'] = `file:${given(root.path, 'root.path')}`
  if (root?.type === 'aws-kms')
    texts['TENKEY_ROOT'] = `aws-kms:${given(root.keyArn, 'root.keyArn')}`
  for (const [option, setting] of entries(SETTING)) {
    const value = options[option]
    if (value !== undefined) texts[setting] = String(value)
  }
  return texts
}

/** The settings of one port. */
export const listenSettings = (options: ListenOptions): Texts => ({
  ...Object.fromEntries(
    entries(LISTEN_SETTING).flatMap(([option, setting]) => {
      const value = options[option]
      return value === undefined ? [] : [[setting, String(value)]]
    }),
  ),
  ...(options.tls !== undefined && {
    TENKEY_TLS_CERT: given(options.tls.certificate, 'tls.certificate'),
    TENKEY_TLS_KEY: given(options.tls.key, 'tls.key'),
  }),
  TENKEY_PLAIN_HTTP: options.plainHttp === true ? 'on' : 'off',
})

/** Carries out, and tells what is refused in the options' words. @throws ConfigError */
export async function inWords<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const message = WORDS.reduce((text, [from, to]) => text.replaceAll(from, to), error.message)
    throw new ConfigError(message, { cause: error.cause })
  }
}

const OPTIONS: ReadonlySet<string> = new Set([
  'store',
  'root',
  'credentials',
  'sweep',
  'log',
  ...Object.keys(SETTING),
])
const STORES: ReadonlySet<unknown> = new Set<ServiceOptions['store']['type']>([
  'memory',
  'sqlite',
  'dynamodb',
])

/** Of programs without types: an option that nothing heeds was meant to do something. @throws ConfigError */
function checkNames(options: ServiceOptions): void {
  const found: unknown = options
  if (typeof found !== 'object' || found === null) {
    throw new ConfigError('createService takes an object of options')
  }
  const unknown = Object.keys(found).find((name) => !OPTIONS.has(name))
  if (unknown !== undefined) {
    throw new ConfigError(`'${unknown}' is no option; there are ${[...OPTIONS].join(', ')}`)
  }
  if (!STORES.has(options.store?.type)) {
    throw new ConfigError(`store must be given, and its type: ${[...STORES].join(', ')}`)
  }
}

/** Of programs without types. @throws ConfigError where it is no text, or an empty one */
function given(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new ConfigError(`${name} must be a text that is not empty`)
}

const entries = <T extends object>(table: T) =>
  Object.entries(table) as { [K in keyof T]: [K, T[K]] }[keyof T][]
