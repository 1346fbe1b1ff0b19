import { KmsError } from '../../core/base/errors.ts'
import { randomBytesPooled } from '../../core/crypto/random.ts'
import { type CustomKeyStore, MOST_STORES } from '../../core/custom-key-store/custom-key-store.ts'
import { readStores, writeStores } from '../../core/custom-key-store/custom-key-store-items.ts'
import {
  noSuchCluster,
  requireFreeName,
  requireFreeUri,
} from '../../core/custom-key-store/refusals.ts'
import { probe } from '../../core/custom-key-store/xks-failures.ts'
import { openCredential, sealCredential } from '../../core/external-store/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct, type TypeOf } from '../../core/shape/shapes.ts'
import {
  checkConnectivity,
  clusterId,
  keyStorePassword,
  needMember,
  proxyMembers,
  refuseMembers,
  refuseService,
  requireHost,
  storeId,
  storeName,
  storeType,
  trustAnchor,
} from './key-store-members.ts'

const input = struct({
  CustomKeyStoreName: storeName,
  CloudHsmClusterId: optional(clusterId),
  TrustAnchorCertificate: optional(trustAnchor),
  KeyStorePassword: optional(keyStorePassword),
  CustomKeyStoreType: optional(storeType),
  ...proxyMembers,
})
type Input = TypeOf<typeof input>

/** Creates a custom key store, disconnected. */
export const createCustomKeyStore = defineOperation({
  name: 'CreateCustomKeyStore',
  summary: 'Creates a custom key store: keys in it are used by an external key store proxy too.',
  http: 'POST /v1/custom-key-stores',
  status: 201,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateCustomKeyStore.html',
  differs:
    'No cluster and no VPC endpoint service exists outside AWS: AWS_CLOUDHSM is answered with CloudHsmClusterNotFoundException, VPC_ENDPOINT_SERVICE with XksProxyVpcEndpointServiceNotFoundException.',
  audience: 'tenant',
  input,
  output: struct({ CustomKeyStoreId: optional(storeId) }),
  errors: [
    'CloudHsmClusterNotFoundException',
    'CustomKeyStoreNameInUseException',
    'LimitExceededException',
    'XksProxyIncorrectAuthenticationCredentialException',
    'XksProxyInvalidConfigurationException',
    'XksProxyInvalidResponseException',
    'XksProxyUriInUseException',
    'XksProxyUriUnreachableException',
    'XksProxyVpcEndpointServiceNotFoundException',
  ],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping', 'unwrapping', 'keyStores'],
  validate: (input) => void checkMembers(input),
  async run({ input, caller: { accountId }, context }, ports) {
    const { read, write, wrapping, unwrapping, keyStores } = ports
    const { region, now, requestId } = context
    if ((input.CustomKeyStoreType ?? 'AWS_CLOUDHSM') === 'AWS_CLOUDHSM') {
      throw noSuchCluster(input.CloudHsmClusterId ?? '')
    }
    refuseService(input)
    const { name, endpoint, path, accessKeyId, secret } = checkMembers(input)
    requireHost(endpoint)
    const home = { accountId, region }
    const found = await readStores(home, read)
    const same = found.stores.find((one) => isSame(one, { name, endpoint, path, accessKeyId }))
    if (same?.state === 'DISCONNECTED') {
      // a repetition of a call whose answer was lost (API_CreateCustomKeyStore)
      const kept = await openCredential(unwrapping, { ...home, id: same.id, proxy: same.proxy })
      if (kept === secret) return { CustomKeyStoreId: same.id }
    }
    requireFreeName(found.stores, name)
    requireFreeUri(found.stores, { endpoint, path })
    if (found.stores.length >= MOST_STORES) {
      throw new KmsError(
        'LimitExceededException',
        `An account has at most ${MOST_STORES} custom key stores in a Region.`,
      )
    }
    const id = `cks-${randomBytesPooled(9).toString('hex').slice(1)}`
    const sealed = await sealCredential(wrapping, { ...home, id }, { accessKeyId, secret })
    const proxy = { endpoint, path, accessKeyId, secret: sealed }
    await probe(
      await keyStores.proxies(),
      { ...home, id, proxy },
      'CreateCustomKeyStore',
      requestId,
    )
    const made: CustomKeyStore = {
      id,
      name,
      type: 'EXTERNAL_KEY_STORE',
      created: now,
      state: 'DISCONNECTED',
      proxy,
    }
    await writeStores(home, found, [...found.stores, made], write)
    return { CustomKeyStoreId: id }
  },
})

/** What a store is made of, with what its type needs, and nothing of the other type. @throws KmsError ValidationException */
function checkMembers(input: Input) {
  const {
    CustomKeyStoreName: name,
    CustomKeyStoreType: type = 'AWS_CLOUDHSM',
    CloudHsmClusterId,
    KeyStorePassword,
    TrustAnchorCertificate,
    ...ofProxy
  } = input
  const ofCluster = { CloudHsmClusterId, KeyStorePassword, TrustAnchorCertificate }
  if (type === 'AWS_CLOUDHSM') {
    for (const [member, value] of Object.entries(ofCluster)) needMember(CLUSTER, member, value)
    refuseMembers(CLUSTER, ofProxy)
    return { name, endpoint: '', path: '', accessKeyId: '', secret: '' }
  }
  refuseMembers(PROXY, ofCluster)
  const need = <T>(member: string, value: T | undefined) => needMember(PROXY, member, value)
  need('XksProxyConnectivity', input.XksProxyConnectivity)
  const endpoint = need('XksProxyUriEndpoint', input.XksProxyUriEndpoint)
  const path = need('XksProxyUriPath', input.XksProxyUriPath)
  const credential = need(
    'XksProxyAuthenticationCredential',
    input.XksProxyAuthenticationCredential,
  )
  checkConnectivity(input)
  const { AccessKeyId: accessKeyId, RawSecretAccessKey: secret } = credential
  return { name, endpoint, path, accessKeyId, secret }
}

const CLUSTER = 'an AWS CloudHSM key store'
const PROXY = 'an external key store'

const isSame = (
  { name, proxy }: CustomKeyStore,
  wanted: Pick<CustomKeyStore, 'name'> & Omit<CustomKeyStore['proxy'], 'secret'>,
): boolean =>
  name === wanted.name &&
  proxy.endpoint === wanted.endpoint &&
  proxy.path === wanted.path &&
  proxy.accessKeyId === wanted.accessKeyId
