import { type Access, NOT_DECIDED } from './principal-access.ts'

/** How what a principal may do with a key differs between two policies. */
export const ACCESS_CHANGES = ['gained', 'lost', 'conditional', 'unconditional'] as const

/** Actions that differ alike. */
export interface AccessChange {
  /**
   * `gained` what it could not do, `lost` what it can't any more, `conditional` what it may now only under
   * conditions, `unconditional` what it may now in every request
   */
  readonly Change: (typeof ACCESS_CHANGES)[number]
  readonly Actions: string[]
}

/** What of an action is known: nothing where it is absent. */
type Known = 'always' | 'conditional' | 'undecided'

/**
 * What differs between what one principal may do before and after. That conditions were exchanged for others is no
 * difference here; nor is what could not be decided on either side.
 */
export function changesOf(before: readonly Access[], after: readonly Access[]): AccessChange[] {
  const [former, now] = [knownOf(before), knownOf(after)]
  const changes = new Map<AccessChange['Change'], string[]>()
  for (const action of new Set([...former.keys(), ...now.keys()])) {
    const change = changeOf(former.get(action), now.get(action))
    if (change !== undefined) changes.set(change, [...(changes.get(change) ?? []), action])
  }
  return ACCESS_CHANGES.flatMap((Change) => {
    const Actions = changes.get(Change)
    return Actions === undefined ? [] : [{ Change, Actions }]
  })
}

const knownOf = (access: readonly Access[]): ReadonlyMap<string, Known> =>
  new Map(
    access.flatMap(({ Actions, Conditional, Reason }) => {
      const known = Reason === NOT_DECIDED ? 'undecided' : Conditional ? 'conditional' : 'always'
      return Actions.map((action) => [action, known] as const)
    }),
  )

function changeOf(former: Known | undefined, now: Known | undefined) {
  if (former === now || former === 'undecided' || now === 'undecided') return undefined
  if (former === undefined) return 'gained'
  if (now === undefined) return 'lost'
  return now === 'conditional' ? 'conditional' : 'unconditional'
}
