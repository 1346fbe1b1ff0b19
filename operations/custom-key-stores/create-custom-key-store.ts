import { writeStores } from '../../core/custom-key-store/custom-key-store-items.ts'
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
  storeId,
  storeName,
  storeType,
  trustAnchor,
} from './key-store-members.ts'
import { type NewStore, newStore } from './new-key-store.ts'
import { PROXY_REFUSALS } from './store-proxy.ts'

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
  summary:
    'Creates a custom key store: keys in it are used by an external key store proxy, or in a CloudHSM cluster, too.',
  http: 'POST /v1/custom-key-stores',
  status: 201,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateCustomKeyStore.html',
  differs:
    'A cluster is a PKCS #11 token that the operator registered for the account on the server (docs/cloudhsm.md): in Lambda there is none, and AWS_CLOUDHSM is answered with CloudHsmClusterNotFoundException. No VPC endpoint service exists outside AWS: VPC_ENDPOINT_SERVICE is answered with XksProxyVpcEndpointServiceNotFoundException.',
  audience: 'tenant',
  input,
  output: struct({ CustomKeyStoreId: optional(storeId) }),
  errors: [
    'CloudHsmClusterInUseException',
    'CloudHsmClusterInvalidConfigurationException',
    'CloudHsmClusterNotActiveException',
    'CloudHsmClusterNotFoundException',
    'IncorrectTrustAnchorException',
    'LimitExceededException',
    ...PROXY_REFUSALS,
  ],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping', 'unwrapping', 'keyStores', 'clusters'],
  validate: (input) => void checkMembers(input),
  async run({ input, caller: { accountId }, context }, ports) {
    const { region, now, requestId } = context
    refuseService(input)
    const home = { accountId, region }
    const making = { ...home, now, requestId }
    const { found, made } = await newStore(checkMembers(input), making, ports)
    if (typeof made === 'string') return { CustomKeyStoreId: made }
    await writeStores(home, found, [...found.stores, made], ports.write)
    return { CustomKeyStoreId: made.id }
  },
})

/** What a store is made of, with what its type needs, and nothing of the other type. @throws KmsError ValidationException */
function checkMembers(input: Input): NewStore {
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
    const need = <T>(member: string, value: T | undefined) => needMember(CLUSTER, member, value)
    const cluster = need('CloudHsmClusterId', CloudHsmClusterId)
    const password = need('KeyStorePassword', KeyStorePassword)
    const anchor = need('TrustAnchorCertificate', TrustAnchorCertificate)
    refuseMembers(CLUSTER, ofProxy)
    return { type, name, cluster, password, trustAnchor: anchor }
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
  return { type, name, endpoint, path, accessKeyId, secret }
}

const CLUSTER = 'an AWS CloudHSM key store'
const PROXY = 'an external key store'
