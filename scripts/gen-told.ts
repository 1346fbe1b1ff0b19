import { told as access } from '../operations/access/told.ts'
import { told as administration } from '../operations/administration/told.ts'
import { told as aliases } from '../operations/aliases/told.ts'
import { told as audit } from '../operations/audit/told.ts'
import { told as cryptography } from '../operations/cryptography/told.ts'
import { told as customKeyStores } from '../operations/custom-key-stores/told.ts'
import { told as grants } from '../operations/grants/told.ts'
import { told as iam } from '../operations/iam/told.ts'
import { told as importing } from '../operations/import/told.ts'
import { told as keys } from '../operations/keys/told.ts'
import { told as multiRegion } from '../operations/multi-region/told.ts'
import { told as policies } from '../operations/policies/told.ts'
import { told as rotation } from '../operations/rotation/told.ts'
import { told as sessions } from '../operations/sessions/told.ts'
import { told as tags } from '../operations/tags/told.ts'
import { told as shared } from '../operations/told.ts'
import { told as xks } from '../operations/xks/told.ts'

/** Sentences on members, by where the members are. */
type Told = Readonly<Record<string, string>>

const SUBJECTS: ReadonlyMap<string, Told> = new Map<string, Told>([
  ['access', access],
  ['administration', administration],
  ['aliases', aliases],
  ['audit', audit],
  ['cryptography', cryptography],
  ['custom-key-stores', customKeyStores],
  ['grants', grants],
  ['iam', iam],
  ['import', importing],
  ['keys', keys],
  ['multi-region', multiRegion],
  ['policies', policies],
  ['rotation', rotation],
  ['sessions', sessions],
  ['tags', tags],
  ['xks', xks],
])

/** Where a member is. */
export interface MemberPlace {
  /** folder of operations/ */
  readonly folder: string
  /** the structures around it, outermost first: a request, an answer or a component, and members within */
  readonly within: readonly string[]
  readonly member: string
}

/** What told.ts files say, and what they leave out or say of nothing. */
export interface Tellings {
  /** The sentence on a member; '' where there is none, which `settle` tells. */
  tell(place: MemberPlace): string
  /** @throws Error with every member that nothing is said of, and every sentence that is of no member */
  settle(): void
}

/**
 * Reads what is said of members: in the subject's told.ts before operations/told.ts, and in each the closest
 * name first: `ListAliasesResponse.Aliases.KeyId`, `Aliases.KeyId`, `Response.KeyId`, `KeyId`.
 */
export function tellings(
  subjects: ReadonlyMap<string, Told> = SUBJECTS,
  common: Told = shared,
): Tellings {
  const used = new Set<string>()
  const missing = new Set<string>()

  function tell({ folder, within, member }: MemberPlace): string {
    const names = namesOf(within, member)
    for (const [file, told] of [[folder, subjects.get(folder)] as const, ['', common] as const]) {
      const name = names.find((one) => told !== undefined && Object.hasOwn(told, one))
      if (name === undefined) continue
      used.add(`${file}/${name}`)
      return told?.[name] ?? ''
    }
    missing.add(`operations/${folder}/told.ts says nothing of ${within.join('.')}.${member}`)
    return ''
  }

  function settle(): void {
    const all = [...subjects, ['', common] as const].flatMap(([file, told]) =>
      Object.keys(told).map((name) => [file, name] as const),
    )
    const idle = all
      .filter(([file, name]) => !used.has(`${file}/${name}`))
      .map(
        ([file, name]) =>
          `operations/${file && `${file}/`}told.ts says something of ${name}, which is no member`,
      )
    const wrong = [...missing, ...idle]
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  }

  return { tell, settle }
}

function namesOf(within: readonly string[], member: string): string[] {
  const way = /(Request|Response)$/.exec(within[0] ?? '')?.[1]
  return [
    ...within.map((_, from) => [...within.slice(from), member].join('.')),
    ...(way === undefined ? [] : [`${way}.${member}`]),
    member,
  ]
}
