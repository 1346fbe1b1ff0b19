import { common } from './common.ts'
import { create } from './create.ts'
import { installation } from './installation.ts'
import { key } from './key.ts'
import { keys } from './keys.ts'
import { material } from './material.ts'
import { overview } from './overview.ts'
import { playground } from './playground.ts'
import { regions } from './regions.ts'
import { shared } from './shared.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'
import { xks } from './xks.ts'

/** Every text of the console, in English. The Japanese ones have the same names. */
export const en = {
  ...common,
  ...create,
  ...installation,
  ...key,
  ...keys,
  ...material,
  ...overview,
  ...playground,
  ...regions,
  ...shared,
  ...stores,
  ...tenants,
  ...xks,
  ...users,
} as const
