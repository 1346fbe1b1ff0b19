import { operatorItem } from './item-kind.ts'

/** What the store keeps of itself. */
export interface InstallationData {
  /**
   * The mark: the generation of formats that is written. It is raised by `tenkey upgrade`, never lowered,
   * and a release that does not read it must not open the store.
   */
  readonly format: number
  /** id of the root key */
  readonly root: string
  /** account of the first tenant, once the installation is furnished; the operator's where it began without one */
  readonly tenant?: string
  /** SHA-256 of the export that is being imported */
  readonly importing?: string
  /** of an installation in several Regions, the one that takes the writes of what they share */
  readonly home?: string
  /** the Region that home is being moved to, and since when (Unix ms): nobody writes what is shared meanwhile */
  readonly homeMoving?: { readonly to: string; readonly at: number }
  /** the Region that is being taken out of related keys since it is lost: nothing is put there meanwhile */
  readonly forgetting?: string
  /** since when (Unix ms); absent where an earlier release began it */
  readonly forgettingSince?: number
  /** Regions that were lost for good, and had their related keys taken out; none serves until it has rejoined */
  readonly forgotten?: readonly string[]
  /** id of the root key that the store is being moved to */
  readonly moving?: string
}

export const installationItem = operatorItem<InstallationData, []>({
  name: 'installation',
  sort: [],
})

export const INSTALLATION = installationItem.place({})

/** Whether a Region was lost for good and has not rejoined: no key is put there, and it changes nothing shared. */
export const isForgotten = (
  { forgotten = [], forgetting }: InstallationData,
  region: string,
): boolean => forgetting === region || forgotten.includes(region)
