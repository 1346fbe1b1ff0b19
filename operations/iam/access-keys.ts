import { commit } from '../../core/base/conflict.ts'
import type { Caller } from '../../core/identity/caller.ts'
import {
  credentialItem,
  credentialPlace,
  type PrincipalData,
} from '../../core/identity/credential.ts'
import { readUser } from '../../core/identity/entity.ts'
import { noSuchEntity, quotaExceeded } from '../../core/identity/iam-errors.ts'
import { IAM_QUOTAS } from '../../core/identity/iam-quotas.ts'
import { accessKeysOf, userOfKey } from '../../core/identity/key-owner.ts'
import { foundIn } from '../../core/identity/renamed.ts'
import { createAccessKey as create } from '../../core/identity/tenant.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { eraseSoon, type Item } from '../../core/store/store.ts'
import { listPage } from './iam-list.ts'
import { accessKeyId, accessKeyStatus, iam, page, paging, userName } from './iam-members.ts'
import { onAccessKeyUser, onUserOrSelf, ownName } from './iam-resources.ts'

type Asked = { readonly UserName?: string | undefined }

/** The user whose keys a request is about; undefined for the root. @throws KmsError NoSuchEntityException */
async function owner(
  read: DataPorts['read'],
  input: Asked,
  caller: Caller,
): Promise<PrincipalData | undefined> {
  const name = ownName(input, caller)
  return name === undefined ? undefined : (await readUser(read, caller.accountId, name)).data
}

/** One of its keys. @throws KmsError NoSuchEntityException */
async function keyOf(
  read: DataPorts['read'],
  input: Asked & { readonly AccessKeyId: string },
  caller: Caller,
): Promise<Item> {
  const keys = await accessKeysOf(read, caller.accountId, await owner(read, input, caller))
  const found = keys.find((item) => credentialItem.parts(item).accessKeyId === input.AccessKeyId)
  if (found !== undefined) return found
  throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`)
}

/** Creates an access key of a user; without UserName of the one who asks. */
export const createAccessKey = defineOperation({
  ...iam('CreateAccessKey'),
  summary: 'Creates an access key of a user; without UserName of the one who asks.',
  http: 'POST /iam/v1/access-keys',
  status: 201,
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName) }),
  output: struct({
    AccessKey: struct({
      UserName: optional(userName),
      AccessKeyId: accessKeyId,
      Status: accessKeyStatus,
      SecretAccessKey: string({ sensitive: true }),
      CreateDate: timestamp,
    }),
  }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove', 'wrapping'],
  async run({ input, caller, context: { now } }, ports) {
    const { accountId } = caller
    const user = await owner(ports.read, input, caller)
    const whose =
      user === undefined
        ? { principal: 'root' }
        : { principal: `user/${user.name}`, principalId: user.id }
    const count = async () => (await accessKeysOf(ports.read, accountId, user)).length
    const refusal = quotaExceeded('AccessKeysPerUser', IAM_QUOTAS.accessKeys)
    if ((await count()) >= IAM_QUOTAS.accessKeys) throw refusal
    const made = await create(ports, { accountId, ...whose, now })
    if ((await count()) > IAM_QUOTAS.accessKeys) {
      // another was made at once
      const place = credentialPlace(accountId, made.AccessKeyId)
      await ports.remove.delete(place, 1)
      throw refusal
    }
    return {
      AccessKey: { UserName: user?.name, ...made, Status: 'Active' as const, CreateDate: now },
    }
  },
})

/** Lists the access keys of a user; without UserName of the one who asks. */
export const listAccessKeys = defineOperation({
  ...iam('ListAccessKeys'),
  summary: 'Lists the access keys of a user; without UserName of the one who asks.',
  http: 'GET /iam/v1/access-keys',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), ...paging }),
  output: struct({
    AccessKeyMetadata: list(
      struct({
        UserName: optional(userName),
        AccessKeyId: accessKeyId,
        Status: accessKeyStatus,
        CreateDate: timestamp,
      }),
    ),
    ...page,
  }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller }, { read, tokens }) {
    const { accountId } = caller
    const user = await owner(read, input, caller)
    const all = (await accessKeysOf(read, accountId, user)).map((item) => {
      const { status, created } = credentialItem.read(item)
      const { accessKeyId } = credentialItem.parts(item)
      return {
        UserName: user?.name,
        AccessKeyId: accessKeyId,
        Status: status,
        CreateDate: created,
      }
    })
    const { Marker, MaxItems } = input
    const request = { accountId, list: `ListAccessKeys/${user?.id}`, Marker, MaxItems }
    const { items, page } = await listPage(tokens, request, all, (key) => key.AccessKeyId)
    return { AccessKeyMetadata: [...items], ...page }
  },
})

/** Switches an access key on or off; no call signed with a key that is off succeeds. */
export const updateAccessKey = defineOperation({
  ...iam('UpdateAccessKey'),
  summary: 'Switches an access key on or off.',
  http: 'PATCH /iam/v1/access-keys/{AccessKeyId}',
  status: 204,
  administers: onUserOrSelf,
  input: struct({
    UserName: optional(userName),
    AccessKeyId: accessKeyId,
    Status: accessKeyStatus,
  }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller }, { read, write }) {
    const item = await keyOf(read, input, caller)
    const data = { ...credentialItem.read(item), status: input.Status }
    await commit(write.put(credentialItem.next(item, data)))
  },
})

/** Deletes an access key. */
export const deleteAccessKey = defineOperation({
  ...iam('DeleteAccessKey'),
  summary: 'Deletes an access key.',
  http: 'DELETE /iam/v1/access-keys/{AccessKeyId}',
  status: 204,
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), AccessKeyId: accessKeyId }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'remove', 'forget'],
  async run({ input, caller }, { read, remove, forget }) {
    const item = await keyOf(read, input, caller)
    await commit(remove.delete(item, item.version))
    await eraseSoon(forget)
  },
})

/** Answers when an access key last signed a call, for which service and Region; `N/A` for one that never did. */
export const getAccessKeyLastUsed = defineOperation({
  ...iam('GetAccessKeyLastUsed'),
  summary: 'Answers when an access key was last used, for which service and in which Region.',
  http: 'GET /iam/v1/access-keys/{AccessKeyId}/last-use',
  differs: 'Where several processes serve, a use in another of them may show up to an hour late.',
  administers: onAccessKeyUser,
  input: struct({ AccessKeyId: accessKeyId }),
  output: struct({
    UserName: optional(string()),
    AccessKeyLastUsed: struct({
      LastUsedDate: optional(timestamp),
      ServiceName: string(),
      Region: string(),
    }),
  }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read', 'accessKeyUses'],
  async run({ input: { AccessKeyId }, caller }, { read, accessKeyUses }) {
    const { accountId } = caller
    const [item] = await read.get([credentialPlace(accountId, AccessKeyId)])
    if (item === undefined) {
      throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`)
    }
    const user = await userOfKey(accountId, credentialItem.read(item), foundIn(read))
    const last = await accessKeyUses.last({ accountId, accessKeyId: AccessKeyId })
    return {
      UserName: user?.name ?? '',
      AccessKeyLastUsed: {
        LastUsedDate: last?.at,
        ServiceName: last?.service ?? 'N/A',
        Region: last?.region ?? 'N/A',
      },
    }
  },
})
