import { common } from './common.ts'
import { create } from './create.ts'
import { groups } from './groups.ts'
import { key } from './key.ts'
import { keys } from './keys.ts'
import { overview } from './overview.ts'
import { permissions } from './permissions.ts'
import { playground } from './playground.ts'
import { policies } from './policies.ts'
import { providers } from './providers.ts'
import { roles } from './roles.ts'
import { shared } from './shared.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

/** Every text of the console, in English. The Japanese ones have the same names. */
export const en = {
  ...common,
  ...create,
  ...groups,
  ...key,
  ...keys,
  ...overview,
  ...permissions,
  ...playground,
  ...policies,
  ...providers,
  ...roles,
  ...shared,
  ...tenants,
  ...users,
} as const
