import {
  CreateCustomKeyStoreCommand,
  type CreateCustomKeyStoreCommandInput,
  CustomKeyStoreNotFoundException,
  type CustomKeyStoresListEntry,
  DeleteCustomKeyStoreCommand,
  type KMSClient,
  paginateDescribeCustomKeyStores,
  UpdateCustomKeyStoreCommand,
} from '@aws-sdk/client-kms'

/**
 * The calls of Terraform's AWS provider for aws_kms_custom_key_store, in its order. It waits for nothing: neither
 * does it connect a store, nor see whether one is.
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/kms/custom_key_store.go
 */

/** What a configuration says of an external key store. */
export type TerraformStore = Omit<CreateCustomKeyStoreCommandInput, 'CustomKeyStoreName'> & {
  readonly CustomKeyStoreName: string
}

/** Refresh, through pages as for a list; undefined for a store that is gone. */
export async function readStore(
  client: KMSClient,
  CustomKeyStoreId: string,
): Promise<CustomKeyStoresListEntry | undefined> {
  const found: CustomKeyStoresListEntry[] = []
  try {
    for await (const page of paginateDescribeCustomKeyStores({ client }, { CustomKeyStoreId })) {
      found.push(...(page.CustomKeyStores ?? []))
    }
  } catch (error) {
    if (error instanceof CustomKeyStoreNotFoundException) return undefined
    throw error
  }
  const [one, ...more] = found
  if (one === undefined || more.length > 0) throw new Error(`${found.length} stores for one id`)
  return one
}

/** What a plan would change: names of arguments whose value is another; none where it has converged. */
export function storeDifferences(
  wanted: TerraformStore,
  found: CustomKeyStoresListEntry,
): string[] {
  const proxy = found.XksProxyConfiguration
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['custom_key_store_name', wanted.CustomKeyStoreName, found.CustomKeyStoreName],
    ['custom_key_store_type', wanted.CustomKeyStoreType, found.CustomKeyStoreType],
    ['xks_proxy_connectivity', wanted.XksProxyConnectivity, proxy?.Connectivity],
    ['xks_proxy_uri_endpoint', wanted.XksProxyUriEndpoint, proxy?.UriEndpoint],
    ['xks_proxy_uri_path', wanted.XksProxyUriPath, proxy?.UriPath],
    [
      'xks_proxy_vpc_endpoint_service_name',
      wanted.XksProxyVpcEndpointServiceName,
      proxy?.VpcEndpointServiceName,
    ],
  ]
  return pairs.filter(([, a, b]) => a !== b).map(([name]) => name)
}

/** Apply of what is not there yet, and its refresh. @returns the store's id */
export async function createStore(kms: KMSClient, wanted: TerraformStore): Promise<string> {
  const { CustomKeyStoreId = '' } = await kms.send(new CreateCustomKeyStoreCommand(wanted))
  if ((await readStore(kms, CustomKeyStoreId)) === undefined) throw new Error('it is gone')
  return CustomKeyStoreId
}

/** Apply of changes: one call with what has changed, and a refresh. */
export async function updateStore(
  kms: KMSClient,
  CustomKeyStoreId: string,
  from: TerraformStore,
  to: TerraformStore,
): Promise<void> {
  const { CustomKeyStoreName: name, CustomKeyStoreType: _type, ...rest } = to
  const before: Readonly<Record<string, unknown>> = { ...from }
  const changed = Object.entries(rest).filter(([member, value]) => before[member] !== value)
  await kms.send(
    new UpdateCustomKeyStoreCommand({
      CustomKeyStoreId,
      ...(name !== from.CustomKeyStoreName && { NewCustomKeyStoreName: name }),
      ...Object.fromEntries(changed),
    }),
  )
  await readStore(kms, CustomKeyStoreId)
}

/** Destroy: whatever it is refused with, the provider forgets the store. @returns the refusal's name */
export async function destroyStore(
  kms: KMSClient,
  CustomKeyStoreId: string,
): Promise<string | undefined> {
  try {
    await kms.send(new DeleteCustomKeyStoreCommand({ CustomKeyStoreId }))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}
