import type { en } from '../en/index.ts'
import { common } from './common.ts'
import { create } from './create.ts'
import { installation } from './installation.ts'
import { key } from './key.ts'
import { keys } from './keys.ts'
import { overview } from './overview.ts'
import { playground } from './playground.ts'
import { shared } from './shared.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'

/** Every text of the console, in Japanese. */
export const ja: Readonly<Record<keyof typeof en, string>> = {
  ...common,
  ...create,
  ...installation,
  ...key,
  ...keys,
  ...overview,
  ...playground,
  ...shared,
  ...tenants,
  ...users,
}
