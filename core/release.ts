import { loadOnce } from './base/load-once.ts'
import type { Release } from './item/formats.ts'

/**
 * What this release knows of stored items. The generation is raised by one with a release that brings a new
 * format: it reads it, and writes it once `tenkey upgrade` has raised the store's mark. Until then alone the kinds
 * are looked at, and loaded.
 */
export const RELEASE: Release = {
  generation: 2,
  kinds: loadOnce(async () => (await import('./items.ts')).ITEMS),
}
