import { HEALTH } from './item/health.ts'
import type { Layout } from './item/tables.ts'
import { ITEMS } from './items.ts'
import { GLOBAL } from './key/keyring.ts'

/** What is known of stored items where Regions have tables of their own. */
export const LAYOUT: Layout = { kinds: ITEMS, everywhere: GLOBAL, health: HEALTH.pk }
