/** Words of custom key stores. */
export const stores = {
  cluster: 'AWS CloudHSM cluster',
  'cluster.anchor': 'Trust anchor certificate',
  'cluster.anchor.description':
    'customerCA.crt, the certificate that the cluster was registered with.',
  'cluster.id': 'Cluster ID',
  'cluster.password': 'kmsuser password',
  'cluster.password.description':
    'Of the user of the cluster that is for this key store alone, 7 to 32 characters.',
  'cluster.password.keeps': 'Left empty, it stays as it is.',
  'cluster.registered':
    'A cluster is a PKCS #11 token that the operator has registered for your account (tenkey hsm register).',
  'origin.AWS_CLOUDHSM': 'AWS CloudHSM key store',
  'origin.AWS_CLOUDHSM.description': 'The key is made in a cluster, and never leaves it.',
  'origin.EXTERNAL_KEY_STORE': 'External key store',
  'origin.EXTERNAL_KEY_STORE.description':
    'A key outside the service is used as well, by an external key store proxy.',
  proxy: 'External key store proxy',
  'proxy.access-key-id': 'Proxy access key ID',
  'proxy.asked': 'The proxy is asked for its health before the key store is made.',
  'proxy.connectivity': 'Connectivity',
  'proxy.credential.keeps': 'Left empty, the credential stays as it is.',
  'proxy.endpoint': 'Proxy URI endpoint',
  'proxy.endpoint.description': 'https:// and a host name, without a path.',
  'proxy.file': 'Configuration file (optional)',
  'proxy.file.description':
    'JSON with XksProxyUriPath and XksProxyAuthenticationCredential, as proxies give it. It fills in the fields below.',
  'proxy.file.wrong': 'The file has nothing of a proxy’s configuration.',
  'proxy.path': 'Proxy URI path',
  'proxy.path.description': 'It ends in /kms/xks/v1.',
  'proxy.secret': 'Proxy secret access key',
  store: 'Custom key store',
  'store-error.CLUSTER_NOT_FOUND':
    'The cluster is not registered on this server, or has another token than it had.',
  'store-error.INSUFFICIENT_CLOUDHSM_HSMS': 'The cluster has not enough active HSMs.',
  'store-error.INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET':
    'A subnet of the cluster has no free address.',
  'store-error.INTERNAL_ERROR':
    'The service could not connect for a reason of its own; its log has it.',
  'store-error.INVALID_CREDENTIALS': 'The password or the credential is not the right one.',
  'store-error.NETWORK_ERRORS': 'The token or its network did not answer.',
  'store-error.SUBNET_NOT_FOUND': 'A subnet of the cluster is not there.',
  'store-error.USER_LOCKED_OUT':
    'The user of the cluster is locked after too many wrong passwords.',
  'store-error.USER_LOGGED_IN': 'The user of the cluster is logged in elsewhere.',
  'store-error.USER_NOT_FOUND': 'The cluster has no user of that name, or its password is not set.',
  'store-error.XKS_PROXY_ACCESS_DENIED': 'The proxy refused the credential or its path.',
  'store-error.XKS_PROXY_INVALID_CONFIGURATION':
    'The proxy does not know the path, or has another configuration.',
  'store-error.XKS_PROXY_INVALID_RESPONSE': 'The proxy answered what the service can not read.',
  'store-error.XKS_PROXY_INVALID_TLS_CONFIGURATION':
    'The proxy has no certificate that the service trusts, or another version of TLS.',
  'store-error.XKS_PROXY_NOT_REACHABLE': 'The proxy was not reached.',
  'store-error.XKS_PROXY_TIMED_OUT': 'The proxy did not answer in time.',
  'store-error.XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION':
    'The VPC endpoint service is not configured as it must be.',
  'store-error.XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND': 'The VPC endpoint service is not there.',
  'store-state.CONNECTED': 'Connected',
  'store-state.CONNECTING': 'Connecting',
  'store-state.DISCONNECTED': 'Disconnected',
  'store-state.DISCONNECTING': 'Disconnecting',
  'store-state.FAILED': 'Connection failed',
  'store-type.AWS_CLOUDHSM': 'AWS CloudHSM key store',
  'store-type.AWS_CLOUDHSM.description': 'Keys are made and used in an HSM of yours.',
  'store-type.EXTERNAL_KEY_STORE': 'External key store',
  'store-type.EXTERNAL_KEY_STORE.description':
    'Keys are used together with keys of a manager outside, by its proxy.',
  'store.actions': 'Key store actions',
  'store.choose': 'Choose a key store',
  'store.connect': 'Connect',
  'store.connect-first': 'A key is made in a key store that is connected.',
  'store.connect.description': 'Keys of the store can be used once it is connected.',
  'store.connecting': '{store} is being connected.',
  'store.connection': 'Connection state',
  'store.create': 'Create custom key store',
  'store.created': '{store} is there. Connect it to make keys in it.',
  'store.delete.description':
    'Only a key store without keys is deleted. Nothing outside the service is touched.',
  'store.deleted': '{store} is deleted.',
  'store.disconnect': 'Disconnect',
  'store.disconnect.description':
    'No key of the store can be used until it is connected again. What is encrypted under them stays as it is.',
  'store.disconnecting': '{store} is being disconnected.',
  'store.edit.cluster-connected':
    'While it is connected only the name can be changed. Disconnect it to change the rest.',
  'store.edit.proxy-connected':
    'While it is connected the endpoint stays. Name, path and credential can be changed.',
  'store.external-key': 'External key ID',
  'store.external-key.description':
    'The id of an AES key of 256 bits in the external key manager, which is for this key alone.',
  'store.external-key.wrong': 'Up to 128 letters, digits, -, _ and .',
  'store.failed': 'Disconnect the store, mend what is wrong, and connect it again.',
  'store.id': 'Custom key store ID',
  'store.keys': 'Keys in the key store',
  'store.keys.none': 'No keys are in this key store',
  'store.keys.searched': 'Found among {count} keys of the account.',
  'store.name': 'Custom key store name',
  'store.not-created': 'The key store is not made',
  'store.not-shown': 'The key store is not shown',
  'store.type': 'Key store type',
  'store.where': 'Proxy or cluster',
  'stores.description': 'Where keys are used in an HSM or an external key manager of yours.',
  'stores.none': 'No custom key stores',
  'stores.title': 'Custom key stores',
} as const
