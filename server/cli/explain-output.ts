import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import { parseJson } from '../../core/base/json.ts'
import { printable } from '../../core/base/printable.ts'
import { paint, type Tone, toneOf } from './paint.ts'

type Json = Readonly<Record<string, unknown>>
type Access = readonly {
  readonly Actions: readonly string[]
  readonly Conditional: boolean
  readonly Reason: string
}[]

type Changes = readonly { readonly Change: string; readonly Actions: readonly string[] }[]

/** columns that every terminal has */
const WIDTH = 80
const LABEL = 14

/** What differs between two policies, as it is told. */
const CHANGES: Readonly<Record<string, readonly [label: string, tone: Tone]>> = {
  gained: ['gains', 'good'],
  lost: ['loses', 'bad'],
  conditional: ['now if', 'pending'],
  unconditional: ['now always', 'good'],
}

/** Prints who may do what, a paragraph for each principal. */
export function printAccess(principals: readonly Json[]): void {
  if (principals.length === 0) console.log('nobody may do anything with the key')
  for (const [index, one] of principals.entries()) {
    if (index > 0) console.log('')
    printPrincipal(one['Principal'])
    printRows(one['Access'] as Access)
  }
}

/** Prints who would gain and lose what, and whether the policy could be put. */
export function printPreview({ LocksOut, Principals }: Json): void {
  const all = Principals as Json[]
  const changed = all.filter(({ Changes }) => (Changes as Json[]).length > 0)
  for (const { Principal, Changes, Access } of changed) {
    printPrincipal(Principal)
    for (const { Change, Actions } of Changes as Changes) {
      const [label, tone] = CHANGES[Change] ?? [Change, 'pending']
      printLabelled(label, actionsOf(Actions), tone)
    }
    printThen(Access as Access, new Set((Changes as Changes).flatMap(({ Actions }) => Actions)))
    console.log('')
  }
  const kept = all.length - changed.length
  console.log(
    changed.length === 0
      ? 'Nobody gains or loses anything.'
      : `${changed.length} of ${all.length} principals gain or lose something, ${kept} do not.`,
  )
  if (LocksOut !== true) return
  const words =
    'PutKeyPolicy would refuse this policy: whoever asks could not replace it again. --bypass-policy-lockout-safety-check of the AWS CLI puts it all the same.'
  for (const line of wrapped(words, WIDTH)) console.log(paint('bad', line))
}

/** Prints a decision, and each of what decides with its statement. */
export function printDecision({ Decision, Reason, AlsoNeeded, LocksOut, Because }: Json): void {
  printNamed({
    decision: Decision,
    reason: Reason,
    alsoNeeded: AlsoNeeded,
    locksOut: LocksOut === true ? 'yes: PutKeyPolicy would refuse this policy' : undefined,
  })
  for (const one of Because as Json[]) {
    console.log('')
    printNamed({
      kind: one['Kind'],
      source: one['Source'],
      policy: one['PolicyName'],
      sid: one['Sid'],
      effect: one['Effect'],
      grant: one['GrantId'],
    })
    const { Statement } = one
    if (typeof Statement !== 'string') continue
    console.log(paint('heading', 'statement'))
    const text = JSON.stringify(parseJson(Statement), null, 2)
    for (const line of text.split('\n')) console.log(`  ${printable(line)}`)
  }
}

function printPrincipal(arn: unknown): void {
  const text = printable(String(arn))
  console.log(paint('heading', text === '*' ? '* (everyone)' : text))
}

function printRows(access: Access, prefix = ''): void {
  for (const { Actions, Conditional, Reason } of access) {
    printLabelled(`${prefix}${Conditional ? 'if' : 'always'}`, actionsOf(Actions))
    printLabelled('', printable(Reason))
  }
}

/** What lets somebody do what differs, and how much stays as it is. */
function printThen(access: Access, changed: ReadonlySet<string>): void {
  if (access.length === 0) {
    printLabelled('then', 'may do nothing with the key')
    return
  }
  const among = access.map((one) => ({
    ...one,
    Actions: one.Actions.filter((action) => changed.has(action)),
  }))
  printRows(
    among.filter(({ Actions }) => Actions.length > 0),
    'then ',
  )
  const all = new Set(access.flatMap(({ Actions }) => Actions))
  const kept = [...all].filter((action) => !changed.has(action)).length
  if (kept > 0) printLabelled('keeps', `${kept} other ${kept === 1 ? 'action' : 'actions'}`)
}

/** All that there is on a key in two words, or the actions as policies have them. */
function actionsOf(actions: readonly string[]): string {
  const has = new Set(actions)
  return KEY_ACTIONS.every((one) => has.has(one))
    ? 'every action on a key'
    : printable(actions.join(' '))
}

function printLabelled(label: string, text: string, tone?: Tone): void {
  for (const [index, line] of wrapped(text, WIDTH - LABEL - 2).entries()) {
    const head = (index === 0 ? label : '').padEnd(LABEL)
    console.log(`  ${paint(tone, head)}${line}`.trimEnd())
  }
}

/** Names and values, a long value below itself. */
function printNamed(row: Json): void {
  const named = Object.entries(row).filter(([, value]) => value !== undefined)
  const width = Math.max(...named.map(([name]) => name.length))
  for (const [name, value] of named) {
    const text = printable(String(value))
    for (const [index, line] of wrapped(text, WIDTH - width - 2).entries()) {
      const head = (index === 0 ? name : '').padEnd(width)
      console.log(`${paint('heading', head)}  ${paint(toneOf(name, text), line)}`)
    }
  }
}

/** Lines of at most so many columns; a word that is longer, as an ARN, has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > width && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
