import { LAYOUT } from '../../core/layout.ts'
import { type OpenTable, openReplicated } from '../../core/replicated.ts'
import type { Service, ServiceParts } from '../../core/service.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { type Installed, install, processOver } from './installed.ts'
import { type LateTable, lateTable } from './late-table.ts'

/** The home, and two more. */
export const HOME = 'eu-west-1'
export const AWAY = 'eu-central-1'
export const THIRD = 'eu-west-2'
const REGIONS = [HOME, AWAY, THIRD]

/** An installation in several Regions, in this process. */
export interface InstalledRegions {
  readonly installed: Installed
  readonly shared: LateTable
  /** a Region's own table, or its replica of the shared one */
  table(which: 'own' | 'shared', region: string): Store
  /** a process in a Region, with nothing in memory */
  service(region: string, more?: Partial<ServiceParts>): Service
  /** lets all that was written come everywhere */
  settle(): Promise<void>
}

export interface RegionsOptions {
  readonly consistency?: 'eventual' | 'strong'
  /** ms that the next write takes to a Region */
  readonly delay?: (to: string) => number
  /** what goes wrong with a table, in a Region, as a process in another uses it */
  readonly fault?: (table: Store, at: { name: string; region: string; from: string }) => Store
}

export async function installRegions(options: RegionsOptions = {}): Promise<InstalledRegions> {
  const { consistency = 'eventual', delay, fault = (table) => table } = options
  const shared = lateTable(REGIONS, delay)
  const strong = memoryStore()
  const own = new Map(REGIONS.map((region) => [region, memoryStore()]))
  function table(which: string, region: string): Store {
    if (which === 'shared') return consistency === 'strong' ? strong : shared.in(region)
    const found = own.get(region)
    if (found === undefined) throw new Error(`no table in ${region}`)
    return found
  }
  function stores(from: string) {
    const config = {
      ...({ store: 'dynamodb', root: 'file:root.key' } as const),
      ...{ table: 'own', sharedTable: 'shared', replicas: REGIONS },
      ...{ consistency, servedRegion: from },
    }
    const open: OpenTable = (name, region) => fault(table(name, region), { name, region, from })
    return openReplicated(config, LAYOUT, open, { wait: (ms) => shared.pass(ms), now: shared.now })
  }
  const settle = () => shared.pass(shared.pending())
  const installed = await install(stores(HOME).regions.latest, REGIONS)
  await settle()
  return {
    installed,
    shared,
    table,
    service(region, more) {
      const parts = { ...stores(region), region, servedRegion: region }
      return processOver({ root: installed.root, store: parts.store }, { ...parts, ...more })
    },
    settle,
  }
}
