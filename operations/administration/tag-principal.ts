import { changePrincipal } from '../../core/identity/principal.ts'
import { withTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { tags } from '../members.ts'
import { principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Adds tags to a user or role, or gives them new values. */
export const tagPrincipal = defineOperation({
  name: 'TagPrincipal',
  summary: 'Adds tags to a user or role, or gives them new values.',
  http: 'POST /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/tags',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, Tags: tags }),
  errors: ['NotFoundException', 'TagException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  run: ({ input }, ports) =>
    changePrincipal(ports, input, (data) => ({
      tags: Object.fromEntries(withTags(Object.entries(data.tags), input.Tags)),
    })),
})
