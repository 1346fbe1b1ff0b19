import { allow, document as policyOf } from './authorization.ts'
import { Harness, type Input, type Tenant } from './harness.ts'
import { type Device, deviceWith } from './mfa.ts'
import { documented } from './openapi.ts'
import { type Callers, openapiCallers, startIdentities } from './openapi-callers.ts'
import { type Credential, startTarget } from './target.ts'
import { CREDENTIAL, startXksServer } from './xks-server.ts'

/** What requests of docs/openapi.json can name: each is made when it is asked for, and nobody else's. */
export interface OpenapiWorld {
  readonly harness: Harness
  readonly operator: Credential
  /** whose calls the others are, by its root */
  readonly tenant: Tenant
  readonly callers: Callers
  /** A name that nothing else has. */
  name(word: string): string
  /** Calls an operation that must succeed, as the operator or the tenant's root. */
  call(operation: string, input?: Input): Promise<Record<string, unknown>>
  /** The id of a new key. */
  key(input?: Input): Promise<string>
  /** The name of a new alias, without `alias/`. */
  alias(TargetKeyId?: string): Promise<string>
  user(): Promise<string>
  role(): Promise<string>
  group(): Promise<string>
  /** The ARN of a new managed policy. */
  policy(): Promise<string>
  /** The ARN of a new OpenID Connect provider. */
  provider(): Promise<string>
  /** A new virtual MFA device. @param UserName whose it becomes; nobody's unless given */
  device(UserName?: string): Promise<Device>
  /** The account of a tenant for the operator to work on. */
  account(): Promise<string>
  /** A user of such a tenant. */
  user2(AccountId: string): Promise<string>
  /** A role of such a tenant. */
  role2(AccountId: string): Promise<string>
  /** Members of a custom key store that is not there yet; those there were are deleted, as an account has few. */
  keyStore(): Promise<Input>
  /** What custom key stores are about is done. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** A request that succeeds in a world; what it names is made for it alone. */
export type Sample = (world: OpenapiWorld) => Promise<Input> | Input

export const allowAll = policyOf(allow('kms:*'))
/** A role that users of its own account may assume. */
export const trusting = (account: string): string =>
  policyOf({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })

export async function openapiWorld(): Promise<OpenapiWorld> {
  const [proxy, identities] = await Promise.all([startXksServer(), startIdentities()])
  const target = await startTarget('memory', {
    issuerNetworks: ['127.0.0.0/8'],
    xks: proxy.options,
    awsIdentities: identities.settings,
    testClock: true,
  })
  const harness = new Harness()
  harness.attach(target)
  const { operator } = target
  const tenant = await harness.tenant('acme')
  const callers = await openapiCallers(harness, tenant)
  let made = 0
  const name = (word: string) => `${word}-x${++made}`

  async function call(operation: string, input: Input = {}) {
    const caller = documented(operation).path.startsWith('/admin/') ? operator : tenant
    return harness.ok(caller, operation, input, { via: 'rest' })
  }
  const memberOf = async (operation: string, input: Input, ...path: string[]) =>
    String(
      path.reduce<unknown>(
        (at, member) => (at as Record<string, unknown>)[member],
        await call(operation, input),
      ),
    )

  const settled = () => harness.inside.service.keyStores.settled()

  return {
    harness,
    operator,
    tenant,
    callers,
    name,
    call,
    key: async (input = {}) => (await harness.key(tenant, input)).id,
    async alias(TargetKeyId) {
      const AliasName = `alias/${name('orders')}`
      await call('CreateAlias', {
        AliasName,
        TargetKeyId: TargetKeyId ?? (await harness.key(tenant)).id,
      })
      return AliasName.slice('alias/'.length)
    },
    async user() {
      const UserName = name('alice')
      await call('IamCreateUser', { UserName })
      return UserName
    },
    async role() {
      const RoleName = name('orders-app')
      const AssumeRolePolicyDocument = trusting(tenant.accountId)
      await call('IamCreateRole', { RoleName, AssumeRolePolicyDocument })
      return RoleName
    },
    async group() {
      const GroupName = name('developers')
      await call('IamCreateGroup', { GroupName })
      return GroupName
    },
    policy: () =>
      memberOf(
        'IamCreatePolicy',
        { PolicyName: name('use-keys'), PolicyDocument: allowAll },
        'Policy',
        'Arn',
      ),
    provider: () =>
      memberOf(
        'IamCreateOpenIDConnectProvider',
        { Url: `https://${name('idp')}.example.com`, ClientIDList: ['orders-web'] },
        'OpenIDConnectProviderArn',
      ),
    async device(UserName) {
      const { VirtualMFADevice } = await call('IamCreateVirtualMFADevice', {
        VirtualMFADeviceName: name('phone'),
      })
      const { SerialNumber, Base32StringSeed } = VirtualMFADevice as Record<string, string>
      if (SerialNumber === undefined || Base32StringSeed === undefined) throw new Error('no device')
      const seed = Buffer.from(Base32StringSeed, 'base64').toString()
      const device = deviceWith(SerialNumber, seed, () => Date.now())
      if (UserName === undefined) return device
      await call('IamEnableMFADevice', { UserName, SerialNumber, ...device.pair(-2) })
      return device
    },
    account: () => memberOf('CreateTenant', { Name: 'Globex' }, 'AccountId'),
    async user2(AccountId) {
      const Name = name('bob')
      await call('CreatePrincipal', { AccountId, Type: 'user', Name })
      return Name
    },
    async role2(AccountId) {
      const Name = name('backup')
      const TrustPolicy = trusting(AccountId)
      await call('CreatePrincipal', { AccountId, Type: 'role', Name, TrustPolicy })
      return Name
    },
    async keyStore() {
      await settled()
      const { CustomKeyStores } = await call('DescribeCustomKeyStores')
      for (const { CustomKeyStoreId, ConnectionState } of CustomKeyStores as Input[]) {
        if (ConnectionState === 'CONNECTED') {
          await call('DisconnectCustomKeyStore', { CustomKeyStoreId })
          await settled()
        }
        await call('DeleteCustomKeyStore', { CustomKeyStoreId })
      }
      return {
        CustomKeyStoreName: name('hsm'),
        CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
        XksProxyConnectivity: 'PUBLIC_ENDPOINT',
        XksProxyUriEndpoint: 'https://localhost',
        XksProxyUriPath: `/${name('acme')}/kms/xks/v1`,
        XksProxyAuthenticationCredential: CREDENTIAL,
      }
    },
    settled,
    async stop() {
      await settled()
      harness.attach(undefined)
      await callers.stop()
      await target.stop()
      await Promise.all([proxy.stop(), identities.sts.stop()])
    },
  }
}
