import { invalid } from '../../core/base/errors.ts'
import type {
  ClusterKeyStore,
  CustomKeyStore,
  ExternalKeyStore,
} from '../../core/custom-key-store/custom-key-store.ts'
import { readStores } from '../../core/custom-key-store/custom-key-store-items.ts'
import { noSuchStore } from '../../core/custom-key-store/refusals.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, optional, struct, type TypeOf, timestamp } from '../../core/shape/shapes.ts'
import { limit, marker } from '../members.ts'
import {
  clusterId,
  connectionErrorCode,
  connectionState,
  endpointService,
  endpointServiceOwner,
  proxyAccessKeyId,
  proxyConnectivity,
  proxyEndpoint,
  proxyPath,
  storeId,
  storeName,
  storeType,
  trustAnchor,
} from './key-store-members.ts'

const input = struct({
  CustomKeyStoreId: optional(storeId),
  CustomKeyStoreName: optional(storeName),
  Limit: limit,
  Marker: marker,
})
type Input = TypeOf<typeof input>

const entry = struct({
  CustomKeyStoreId: optional(storeId),
  CustomKeyStoreName: optional(storeName),
  CloudHsmClusterId: optional(clusterId),
  TrustAnchorCertificate: optional(trustAnchor),
  ConnectionState: optional(connectionState),
  ConnectionErrorCode: optional(connectionErrorCode),
  CreationDate: optional(timestamp),
  CustomKeyStoreType: optional(storeType),
  XksProxyConfiguration: optional(
    struct({
      Connectivity: optional(proxyConnectivity),
      AccessKeyId: optional(proxyAccessKeyId),
      UriEndpoint: optional(proxyEndpoint),
      UriPath: optional(proxyPath),
      VpcEndpointServiceName: optional(endpointService),
      VpcEndpointServiceOwner: optional(endpointServiceOwner),
    }),
  ),
})

/** Answers custom key stores of the account and Region; never the secret or password of one. */
export const describeCustomKeyStores = defineOperation({
  name: 'DescribeCustomKeyStores',
  summary: 'Describes the custom key stores of the account and Region, or one of them.',
  http: 'GET /v1/custom-key-stores',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeCustomKeyStores.html',
  audience: 'tenant',
  input,
  output: struct({
    CustomKeyStores: list(entry),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['CustomKeyStoreNotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  validate({ CustomKeyStoreId, CustomKeyStoreName }) {
    if (CustomKeyStoreId === undefined || CustomKeyStoreName === undefined) return
    throw invalid('You can specify either the custom key store ID or its name, not both.')
  },
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const all = wanted((await readStores({ accountId, region }, read)).stores, input)
    const page = { accountId, list: `DescribeCustomKeyStores/${region}`, marker: input.Marker }
    const after = await openMarker(tokens, page)
    const rest = all.filter((store) => after === undefined || orderOf(store) > after)
    const shown = rest.slice(0, input.Limit ?? 100)
    const last = shown.length < rest.length ? shown.at(-1) : undefined
    return {
      CustomKeyStores: shown.map(describe),
      ...(await pageMembers(tokens, page, last && orderOf(last))),
    }
  },
})

/** Oldest first: a page goes on behind the last of the one before, whatever was deleted meanwhile. */
const orderOf = ({ created, id }: CustomKeyStore): string =>
  `${String(created).padStart(16, '0')}/${id}`

function wanted(stores: readonly CustomKeyStore[], input: Input): readonly CustomKeyStore[] {
  const { CustomKeyStoreId, CustomKeyStoreName } = input
  const given = CustomKeyStoreId ?? CustomKeyStoreName
  if (given === undefined) return [...stores].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const found = stores.filter(({ id, name }) =>
    CustomKeyStoreId === undefined ? name === given : id === given,
  )
  if (found.length > 0) return found
  throw noSuchStore(given, CustomKeyStoreId === undefined ? 'name' : 'ID')
}

function describe(store: CustomKeyStore) {
  const { id, name, type, created, state, error } = store
  return {
    CustomKeyStoreId: id,
    CustomKeyStoreName: name,
    CustomKeyStoreType: type,
    ConnectionState: state,
    ...(error !== undefined && { ConnectionErrorCode: error }),
    CreationDate: created,
    ...(store.type === 'AWS_CLOUDHSM' ? ofCluster(store) : ofProxy(store)),
  }
}

const ofCluster = ({ cluster }: ClusterKeyStore) => ({
  CloudHsmClusterId: cluster.id,
  TrustAnchorCertificate: cluster.trustAnchor,
})

const ofProxy = ({ proxy }: ExternalKeyStore) => ({
  XksProxyConfiguration: {
    Connectivity: 'PUBLIC_ENDPOINT' as const,
    AccessKeyId: proxy.accessKeyId,
    UriEndpoint: proxy.endpoint,
    UriPath: proxy.path,
  },
})
