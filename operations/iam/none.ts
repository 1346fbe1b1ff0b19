import type { Caller } from '../../core/identity/caller.ts'
import { readUser } from '../../core/identity/entity.ts'
import { noSuchEntity } from '../../core/identity/iam-errors.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { iam, page, paging, userName } from './iam-members.ts'
import { onUser, onUserOrSelf, ownName } from './iam-resources.ts'

/**
 * What an account of AWS has and none has here: passwords, certificates, SSH keys. Tools that
 * delete users ask for them first, and are told that there are none.
 */

/**
 * The name of the user whom a request is about, who is there; the account's root, who always is, has none.
 * @throws KmsError NoSuchEntityException
 */
async function userIn(
  input: { readonly UserName?: string | undefined },
  caller: Caller,
  read: DataPorts['read'],
): Promise<string | undefined> {
  const name = ownName(input, caller)
  if (name !== undefined) await readUser(read, caller.accountId, name)
  return name
}

/** Answers that the account has no alias. */
export const listAccountAliases = defineOperation({
  ...iam('ListAccountAliases'),
  summary: 'Answers that the account has no alias: there is no page to sign in to.',
  http: 'GET /iam/v1/account-aliases',
  administers: { says: '`*`', of: (_input, _found, { accountId }) => ({ accountId, name: '*' }) },
  input: struct(paging),
  output: struct({ AccountAliases: list(string()), ...page }),
  errors: [],
  mutates: false,
  uses: [],
  run: () => ({ AccountAliases: [], IsTruncated: false }),
})

/** Answers that a user has no certificate to sign with. */
export const listSigningCertificates = defineOperation({
  ...iam('ListSigningCertificates'),
  summary: 'Answers that a user has no certificate to sign with.',
  http: 'GET /iam/v1/signing-certificates',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), ...paging }),
  output: struct({ Certificates: list(string()), ...page }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller }, { read }) {
    await userIn(input, caller, read)
    return { Certificates: [], IsTruncated: false }
  },
})

/** Answers that a user has no SSH key. */
export const listSSHPublicKeys = defineOperation({
  ...iam('ListSSHPublicKeys'),
  summary: 'Answers that a user has no SSH key.',
  http: 'GET /iam/v1/ssh-public-keys',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), ...paging }),
  output: struct({ SSHPublicKeys: list(string()), ...page }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller }, { read }) {
    await userIn(input, caller, read)
    return { SSHPublicKeys: [], IsTruncated: false }
  },
})

/** Answers that a user has no credential for one service alone. */
export const listServiceSpecificCredentials = defineOperation({
  ...iam('ListServiceSpecificCredentials'),
  summary: 'Answers that a user has no credential for one service alone.',
  http: 'GET /iam/v1/service-specific-credentials',
  administers: onUserOrSelf,
  input: struct({
    UserName: optional(userName),
    ServiceName: optional(string({ max: 128 })),
    ...paging,
  }),
  output: struct({ ServiceSpecificCredentials: list(string()), ...page }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller }, { read }) {
    await userIn(input, caller, read)
    return { ServiceSpecificCredentials: [], IsTruncated: false }
  },
})

const noProfile = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`)

/** Answers that a user has no password. */
export const getLoginProfile = defineOperation({
  ...iam('GetLoginProfile'),
  summary: 'Answers that a user has no password.',
  http: 'GET /iam/v1/login-profile',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName) }),
  output: struct({ LoginProfile: struct({ UserName: userName, CreateDate: timestamp }) }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller }, { read }): Promise<never> {
    const name = await userIn(input, caller, read)
    throw noProfile(name ?? caller.accountId)
  },
})

/** Answers that a user has no password that could be taken away. */
export const deleteLoginProfile = defineOperation({
  ...iam('DeleteLoginProfile'),
  summary: 'Answers that a user has no password that could be taken away.',
  http: 'DELETE /iam/v1/users/{UserName}/login-profile',
  status: 204,
  administers: onUser,
  input: struct({ UserName: userName }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read'],
  async run({ input: { UserName }, caller: { accountId } }, { read }): Promise<never> {
    await readUser(read, accountId, UserName)
    throw noProfile(UserName)
  },
})
