import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import {
  installationIssuerItem,
  installationIssuerPlace,
} from '../../core/identity/installation-issuer.ts'
import { defineOperation } from '../../core/operation.ts'
import { described, optional, struct } from '../../core/shape/shapes.ts'
import { onInstallationIssuer } from './admin-resources.ts'
import {
  checkRules,
  installationIssuerMembers,
  rules,
  rulesOf,
  shownInstallationIssuer,
} from './installation-issuer-members.ts'
import { changedMembers, changedOf, checkRegistered, issuerIdMember } from './oidc-members.ts'

/** Changes what an issuer of the whole installation is registered with, but for how its tokens name anybody. */
export const updateInstallationIssuer = defineOperation({
  name: 'UpdateInstallationIssuer',
  summary:
    'Changes audiences, keys, rules and checks of an OpenID Connect issuer of the installation; what is not given stays. Tokens are judged by it from then on; sessions that were made go on.',
  http: 'PATCH /admin/v1/installation-issuers/{IssuerId}',
  audience: 'operator',
  administers: onInstallationIssuer,
  input: struct({
    IssuerId: issuerIdMember,
    ...changedMembers,
    Rules: optional(described('All rules from now on', rules)),
  }),
  output: installationIssuerMembers,
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate(input) {
    checkRegistered(input)
    checkRules(input.Rules ?? [])
  },
  async run({ input }, { read, write }) {
    const { IssuerId, Rules } = input
    const [item] = await read.get([installationIssuerPlace(IssuerId)])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The issuer ${IssuerId} does not exist.`)
    }
    const before = installationIssuerItem.read(item)
    const data = {
      ...changedOf(before, input),
      ...(Rules !== undefined && { rules: rulesOf(Rules) }),
    }
    await commit(write.put(installationIssuerItem.next(item, data)))
    return shownInstallationIssuer(data)
  },
})
