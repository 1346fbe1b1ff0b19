import type { Output } from '../../api/request.ts'

/** What DescribeCustomKeyStores says of a store. */
export type KeyStore = Output<'DescribeCustomKeyStores'>['CustomKeyStores'][number]

/** ms after which a store is asked for anew while its connection is being made or ended */
export const WHILE_UNDER_WAY = 2000

export const isUnderWay = ({ ConnectionState: state }: KeyStore): boolean =>
  state === 'CONNECTING' || state === 'DISCONNECTING'

/** What a person types of an external key store's proxy. */
export interface ProxyText {
  readonly endpoint: string
  readonly path: string
  readonly accessKeyId: string
  readonly secret: string
}

/** What a person types of a cluster. */
export interface ClusterText {
  readonly cluster: string
  readonly password: string
}

/** What the configuration file of a proxy has, as AWS KMS's own console takes it. */
export function proxyOfFile(text: string): Partial<ProxyText> | undefined {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof told !== 'object' || told === null) return undefined
  const { XksProxyUriPath: path, XksProxyAuthenticationCredential: credential } = told as Readonly<
    Record<string, unknown>
  >
  const { AccessKeyId, RawSecretAccessKey } = (credential ?? {}) as Readonly<
    Record<string, unknown>
  >
  const texts = { path, accessKeyId: AccessKeyId, secret: RawSecretAccessKey }
  const found = Object.entries(texts).filter(([, value]) => typeof value === 'string')
  return found.length === 0 ? undefined : (Object.fromEntries(found) as Partial<ProxyText>)
}
