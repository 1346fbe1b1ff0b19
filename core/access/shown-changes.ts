import { shownNames } from '../identity/meant-principals.ts'
import { openMarker, type PageRequest, pageMembers } from '../key/paging.ts'
import type { ChangedPolicy, ChangeMark } from '../key/policy-change.ts'
import { type ChangeLog, readChanges, textHash } from '../key/policy-history.ts'
import type { DataPorts } from '../key/ports.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import { renamed } from '../policy/rename.ts'
import type { Store } from '../store/store.ts'

/** Whose policies they are: the account, and a Region of its partition. */
interface Home {
  readonly accountId: string
  readonly region: string
}

/** A change of a policy as it is answered. */
export interface ShownChange {
  readonly ChangeNumber: number
  /** Unix ms */
  readonly ChangeDate: number
  readonly PrincipalArn: string
  readonly PrincipalId: string
  readonly RequestId: string
  readonly PolicyType: 'key' | ChangedPolicy['type']
  readonly PolicyName?: string
  readonly FormerPolicy?: string
  readonly FormerPolicySha256?: string
  readonly Policy?: string
  readonly PolicySha256?: string
}

/** changes in a page, unless fewer are asked for */
const PAGE = 10

/**
 * A page of the changes of a key's policy, or of a principal's policies, newest first. The texts are as they
 * were put, but for names of the account's own principals who are gone or have another ARN now.
 * @param last the change that the key or principal names
 * @throws KmsError InvalidMarkerException
 */
export async function shownChanges(
  log: ChangeLog,
  last: ChangeMark | undefined,
  home: Home,
  request: PageRequest,
  limit: number | undefined,
  { read, tokens }: Pick<DataPorts, 'read' | 'tokens'>,
) {
  const marker = await openMarker(tokens, request)
  const from = marker === undefined ? last : markOf(marker)
  const { changes, next, dropped } = await readChanges(log, last, from, limit ?? PAGE, { read })
  const texts = changes.flatMap(({ change: { former, put } }) => [former ?? [], put ?? []].flat())
  const show = await shownTexts(read, texts, home)
  return {
    Changes: changes.map(({ number, change }): ShownChange => {
      const { at, by, request: RequestId, of, former, put } = change
      return {
        ChangeNumber: number,
        ChangeDate: at,
        PrincipalArn: by.arn,
        PrincipalId: by.id,
        RequestId,
        PolicyType: of?.type ?? 'key',
        ...(of?.name !== undefined && { PolicyName: of.name }),
        ...(former && { FormerPolicy: show(former), FormerPolicySha256: textHash(former) }),
        ...(put && { Policy: show(put), PolicySha256: textHash(put) }),
      }
    }),
    DroppedChanges: dropped,
    ...(await pageMembers(tokens, request, next && `${next.number}#${next.id}`)),
  }
}

function markOf(marker: string): ChangeMark {
  const [number, id = ''] = marker.split('#')
  return { number: Number(number), id }
}

/** Answers how texts are shown; who is named in all of them is looked up once. */
async function shownTexts(
  read: Pick<Store, 'get'>,
  policies: readonly StoredPolicy[],
  home: Home,
): Promise<(policy: StoredPolicy) => string> {
  const names = policies.flatMap(({ meant = {} }) => Object.entries(meant))
  const shown = await shownNames(read, names, home)
  return ({ document, meant = {} }) => {
    const others = Object.entries(meant).flatMap(([arn, id]) => {
      const other = shown.get(id)
      return other === undefined ? [] : ([[arn, other]] as const)
    })
    return renamed(document, new Map(others))
  }
}
