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
  /** of an installation in several Regions, the one that takes the writes of what they share: it never changes */
  readonly home?: string
  /** id of the root key that the store is being moved to */
  readonly moving?: string
}

export const installationItem = operatorItem<InstallationData, []>({
  name: 'installation',
  sort: [],
  holds:
    'the mark (the generation of formats that is written), id of the root key, first tenant, of several Regions the home; `importing` or `moving` while such a command is under way',
  writtenBy: [
    'server/installation.ts',
    'server/bootstrap.ts',
    'server/upgrade.ts',
    'server/root-move.ts',
    'server/transfer.ts',
  ],
})

export const INSTALLATION = installationItem.place({})
