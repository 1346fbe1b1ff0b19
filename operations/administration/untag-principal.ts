import { changePrincipal } from '../../core/identity/principal.ts'
import { withoutTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, string, struct } from '../../core/shape/shapes.ts'
import { principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Takes tags from a user or role. */
export const untagPrincipal = defineOperation({
  name: 'UntagPrincipal',
  summary: 'Takes tags from a user or role.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/tags',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, TagKeys: list(string({ min: 1, max: 128 })) }),
  errors: ['NotFoundException', 'TagException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  run: ({ input }, ports) =>
    changePrincipal(ports, input, (data) => ({
      tags: Object.fromEntries(withoutTags(Object.entries(data.tags), input.TagKeys)),
    })),
})
