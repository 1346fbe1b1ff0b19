import type { Administered } from '../../core/identity/administered.ts'
import { limitExceeded } from '../../core/identity/iam-errors.ts'
import { withIamTags, withoutIamTags } from '../../core/identity/iam-tags.ts'
import { issuerItem, issuerName, providerArn } from '../../core/identity/issuer.ts'
import {
  changeProvider,
  createProvider,
  deleteProvider,
  findProvider,
  readProvider,
} from '../../core/identity/oidc-provider.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { arn, iam, page, paging, tagKeys, tags } from './iam-members.ts'
import { shownTags } from './iam-shown.ts'
import { tagPage } from './tags.ts'

/** client ids of a provider (IAM quota) */
const MOST_CLIENTS = 100

const url = string({ min: 1, max: 255, pattern: '[!-~]+' })
const clientId = string({ min: 1, max: 255, pattern: '[!-~]+' })
const clientIds = list(clientId, { max: MOST_CLIENTS })
const thumbprints = list(string({ min: 40, max: 40, pattern: '[0-9A-Fa-f]+' }), { max: 5 })

const PROVIDER = '`arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`'
interface Named {
  readonly OpenIDConnectProviderArn: string
}

const onProvider: Administered<Named> = {
  says: PROVIDER,
  async of({ OpenIDConnectProviderArn }, found, { accountId }) {
    const [, , , , owner = '', ...name] = OpenIDConnectProviderArn.split(':')
    if (owner !== accountId) return { accountId: owner, name: name.join(':') }
    const tags = (await findProvider(found, accountId, OpenIDConnectProviderArn))?.data.tags
    return { accountId, name: name.join(':'), ...(tags && { tags }) }
  },
}

/** Registers an OpenID Connect provider, whose tokens the trust policies of roles may let in. */
export const createOpenIDConnectProvider = defineOperation({
  ...iam('CreateOpenIDConnectProvider'),
  summary: 'Registers an OpenID Connect provider, whose tokens trust policies of roles may let in.',
  differs:
    'Tokens may be signed by RS256, ES256 or EdDSA; thumbprints are kept and not looked at: certificates are judged by the authorities that Node.js knows.',
  http: 'POST /iam/v1/oidc-providers',
  status: 201,
  administers: {
    says: PROVIDER,
    of: ({ Url }, _found, { accountId }) => ({
      accountId,
      name: `oidc-provider/${issuerName(Url)}`,
    }),
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagOpenIDConnectProvider'] : []),
  },
  input: struct({
    Url: url,
    ClientIDList: optional(clientIds),
    ThumbprintList: optional(thumbprints),
    Tags: optional(tags),
  }),
  output: struct({ OpenIDConnectProviderArn: arn, Tags: optional(tags) }),
  errors: ['EntityAlreadyExistsException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate: ({ Tags = [] }) => void withIamTags({}, Tags),
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { Url, ClientIDList = [], ThumbprintList = [], Tags = [] } = input
    const own = withIamTags({}, Tags)
    await createProvider(ports, accountId, {
      url: Url,
      audiences: ClientIDList,
      thumbprints: ThumbprintList,
      tags: own,
      created: now,
    })
    return { OpenIDConnectProviderArn: providerArn(region, accountId, Url), Tags: shownTags(own) }
  },
})

/** Answers an OpenID Connect provider. */
export const getOpenIDConnectProvider = defineOperation({
  ...iam('GetOpenIDConnectProvider'),
  summary: 'Answers an OpenID Connect provider.',
  http: 'GET /iam/v1/oidc-providers/{OpenIDConnectProviderArn}',
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn }),
  output: struct({
    Url: url,
    ClientIDList: list(clientId),
    ThumbprintList: thumbprints,
    CreateDate: timestamp,
    Tags: optional(tags),
  }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller: { accountId } }, { read }) {
    const { data } = await readProvider(read, accountId, input.OpenIDConnectProviderArn)
    return {
      // as AWS IAM answers it: without the scheme
      Url: issuerName(data.url),
      ClientIDList: [...data.audiences],
      ThumbprintList: [...(data.thumbprints ?? [])],
      CreateDate: data.created,
      Tags: shownTags(data.tags ?? {}),
    }
  },
})

/** Lists the OpenID Connect providers of the caller's account. */
export const listOpenIDConnectProviders = defineOperation({
  ...iam('ListOpenIDConnectProviders'),
  summary: "Lists the OpenID Connect providers of the caller's account.",
  http: 'GET /iam/v1/oidc-providers',
  administers: { says: '`*`', of: (_input, _found, { accountId }) => ({ accountId, name: '*' }) },
  input: struct({}),
  output: struct({ OpenIDConnectProviderList: list(struct({ Arn: arn })) }),
  errors: [],
  mutates: false,
  uses: ['read'],
  async run({ caller: { accountId }, context: { region } }, { read }) {
    const all: { Arn: string }[] = []
    for (let after: string | undefined, more = true; more; ) {
      const start = after === undefined ? {} : { after }
      const prefix = issuerItem.prefix()
      const page = await read.query({ pk: accountId, prefix, limit: 100, ...start })
      for (const item of page.items) {
        all.push({ Arn: providerArn(region, accountId, issuerItem.read(item).url) })
      }
      after = page.items.at(-1)?.sk
      more = page.more
    }
    return { OpenIDConnectProviderList: all }
  },
})

/** Deletes an OpenID Connect provider; sessions that its tokens began end at once. */
export const deleteOpenIDConnectProvider = defineOperation({
  ...iam('DeleteOpenIDConnectProvider'),
  summary: 'Deletes an OpenID Connect provider; sessions that its tokens began end at once.',
  http: 'DELETE /iam/v1/oidc-providers/{OpenIDConnectProviderArn}',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'remove'],
  async run({ input, caller: { accountId } }, { read, remove }) {
    await deleteProvider({ read, remove }, accountId, input.OpenIDConnectProviderArn)
  },
})

/** Adds a client id whose tokens are taken. */
export const addClientIDToOpenIDConnectProvider = defineOperation({
  ...iam('AddClientIDToOpenIDConnectProvider'),
  summary: 'Adds a client id (audience) whose tokens are taken.',
  http: 'POST /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/client-ids',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, ClientID: clientId }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readProvider(ports.read, accountId, input.OpenIDConnectProviderArn)
    const { audiences } = found.data
    if (audiences.includes(input.ClientID)) return
    if (audiences.length >= MOST_CLIENTS) {
      throw limitExceeded(
        `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MOST_CLIENTS}`,
      )
    }
    await changeProvider(ports, found, { audiences: [...audiences, input.ClientID] })
  },
})

/** Takes a client id away. */
export const removeClientIDFromOpenIDConnectProvider = defineOperation({
  ...iam('RemoveClientIDFromOpenIDConnectProvider'),
  summary: 'Takes a client id (audience) away; nothing is done where it is not there.',
  http: 'DELETE /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/client-ids',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, ClientID: clientId }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readProvider(ports.read, accountId, input.OpenIDConnectProviderArn)
    const audiences = found.data.audiences.filter((one) => one !== input.ClientID)
    await changeProvider(ports, found, { audiences })
  },
})

/** Replaces the thumbprints that are kept of a provider. */
export const updateOpenIDConnectProviderThumbprint = defineOperation({
  ...iam('UpdateOpenIDConnectProviderThumbprint'),
  summary: 'Replaces the thumbprints that are kept of a provider.',
  http: 'PUT /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/thumbprints',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, ThumbprintList: thumbprints }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readProvider(ports.read, accountId, input.OpenIDConnectProviderArn)
    await changeProvider(ports, found, { thumbprints: input.ThumbprintList })
  },
})

/** Adds tags to a provider, or gives them new values. */
export const tagOpenIDConnectProvider = defineOperation({
  ...iam('TagOpenIDConnectProvider'),
  summary: 'Adds tags to an OpenID Connect provider, or gives them new values.',
  http: 'POST /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/tags',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, Tags: tags }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readProvider(ports.read, accountId, input.OpenIDConnectProviderArn)
    await changeProvider(ports, found, { tags: withIamTags(found.data.tags ?? {}, input.Tags) })
  },
})

/** Takes tags from a provider. */
export const untagOpenIDConnectProvider = defineOperation({
  ...iam('UntagOpenIDConnectProvider'),
  summary: 'Takes tags from an OpenID Connect provider.',
  http: 'DELETE /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/tags',
  status: 204,
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, TagKeys: tagKeys }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readProvider(ports.read, accountId, input.OpenIDConnectProviderArn)
    const tags = withoutIamTags(found.data.tags ?? {}, input.TagKeys)
    await changeProvider(ports, found, { tags })
  },
})

/** Lists the tags of a provider. */
export const listOpenIDConnectProviderTags = defineOperation({
  ...iam('ListOpenIDConnectProviderTags'),
  summary: 'Lists the tags of an OpenID Connect provider.',
  http: 'GET /iam/v1/oidc-providers/{OpenIDConnectProviderArn}/tags',
  administers: onProvider,
  input: struct({ OpenIDConnectProviderArn: arn, ...paging }),
  output: struct({ Tags: tags, ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId } }, { read, tokens }) {
    const { OpenIDConnectProviderArn, ...asked } = input
    const { data } = await readProvider(read, accountId, OpenIDConnectProviderArn)
    const list = `ListOpenIDConnectProviderTags/${OpenIDConnectProviderArn}`
    return tagPage(tokens, { ...asked, accountId, list }, data.tags ?? {})
  },
})
