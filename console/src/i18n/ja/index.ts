import type { en } from '../en/index.ts'
import { common } from './common.ts'
import { create } from './create.ts'
import { groups } from './groups.ts'
import { installation } from './installation.ts'
import { key } from './key.ts'
import { keys } from './keys.ts'
import { material } from './material.ts'
import { overview } from './overview.ts'
import { permissions } from './permissions.ts'
import { playground } from './playground.ts'
import { policies } from './policies.ts'
import { providers } from './providers.ts'
import { regions } from './regions.ts'
import { roles } from './roles.ts'
import { shared } from './shared.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'
import { xks } from './xks.ts'

/** Every text of the console, in Japanese. */
export const ja: Readonly<Record<keyof typeof en, string>> = {
  ...common,
  ...create,
  ...installation,
  ...groups,
  ...key,
  ...keys,
  ...material,
  ...overview,
  ...permissions,
  ...playground,
  ...regions,
  ...policies,
  ...providers,
  ...roles,
  ...shared,
  ...stores,
  ...tenants,
  ...xks,
  ...users,
}
