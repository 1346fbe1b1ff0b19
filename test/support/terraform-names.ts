import {
  type AliasListEntry,
  CreateAliasCommand,
  CreateGrantCommand,
  DeleteAliasCommand,
  type GrantConstraints,
  type GrantListEntry,
  type GrantOperation,
  type KMSClient,
  paginateListAliases,
  paginateListGrants,
  RetireGrantCommand,
  RevokeGrantCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'

/** The calls of Terraform's AWS provider for aws_kms_alias and aws_kms_grant; see terraform-key.ts. */

export const createAlias = (kms: KMSClient, AliasName: string, TargetKeyId: string) =>
  kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
export const updateAlias = (kms: KMSClient, AliasName: string, TargetKeyId: string) =>
  kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }))
export const destroyAlias = (kms: KMSClient, AliasName: string) =>
  kms.send(new DeleteAliasCommand({ AliasName }))

/** The provider looks through every alias of the account, page by page. */
export async function readAlias(
  client: KMSClient,
  name: string,
): Promise<AliasListEntry | undefined> {
  for await (const { Aliases = [] } of paginateListAliases({ client }, {})) {
    const found = Aliases.find(({ AliasName }) => AliasName === name)
    if (found !== undefined) return found
  }
  return undefined
}

export interface TerraformGrant {
  readonly key: string
  readonly grantee: string
  readonly operations: readonly GrantOperation[]
  readonly name?: string
  readonly retiring?: string
  /** the block `constraints`, where there is one */
  readonly constraints?: GrantConstraints
}

/** @returns the grant's id */
export async function createGrant(kms: KMSClient, wanted: TerraformGrant): Promise<string> {
  const { key, grantee, operations, name, retiring, constraints } = wanted
  const { GrantId = '' } = await kms.send(
    new CreateGrantCommand({
      KeyId: key,
      GranteePrincipal: grantee,
      Operations: [...operations],
      // the block has both maps, whichever is written in it
      ...(constraints !== undefined && {
        Constraints: {
          EncryptionContextEquals: constraints.EncryptionContextEquals ?? {},
          EncryptionContextSubset: constraints.EncryptionContextSubset ?? {},
        },
      }),
      ...(name !== undefined && { Name: name }),
      ...(retiring !== undefined && { RetiringPrincipal: retiring }),
    }),
  )
  return GrantId
}

/** The provider looks through every grant of the key, a hundred at a time. */
export async function readGrant(
  client: KMSClient,
  KeyId: string,
  id: string,
): Promise<GrantListEntry | undefined> {
  for await (const { Grants = [] } of paginateListGrants({ client }, { KeyId, Limit: 100 })) {
    const found = Grants.find(({ GrantId }) => GrantId === id)
    if (found !== undefined) return found
  }
  return undefined
}

/** @param retire as `retire_on_delete` */
export async function destroyGrant(kms: KMSClient, KeyId: string, GrantId: string, retire = false) {
  const input = { KeyId, GrantId }
  await (retire ? kms.send(new RetireGrantCommand(input)) : kms.send(new RevokeGrantCommand(input)))
}
