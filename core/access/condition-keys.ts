import {
  type ConditionContext,
  type ContextReader,
  contextTable,
  type FamilyReader,
} from '../policy/request.ts'
import type { Asked } from './asked.ts'
import {
  GLOBAL_FAMILIES,
  GLOBAL_KEYS,
  isPresent,
  KMS_FAMILIES,
  KMS_KEYS,
  STS_KEYS,
} from './condition-table.ts'

/** The readers of tables, each only where its key is present. */
const keysOf = (table: typeof KMS_KEYS) =>
  Object.entries(table).map(([name, { present, read }]): [string, ContextReader<Asked>] => [
    name,
    (asked) => (isPresent(present, asked) ? read(asked) : undefined),
  ])
const familiesOf = (table: typeof KMS_FAMILIES) =>
  Object.entries(table).map(([prefix, { present, read }]): [string, FamilyReader<Asked>] => [
    prefix,
    (asked, name) => (isPresent(present, asked) ? read(asked, name) : undefined),
  ])

const contextByTable: (asked: Asked) => ConditionContext = contextTable<Asked>(
  Object.fromEntries([KMS_KEYS, STS_KEYS, GLOBAL_KEYS].flatMap(keysOf)),
  Object.fromEntries([KMS_FAMILIES, GLOBAL_FAMILIES].flatMap(familiesOf)),
)

/** Every condition key of a request; what is given goes before what is read. */
export function conditionContextOf(asked: Asked): ConditionContext {
  const context = contextByTable(asked)
  const { given } = asked
  if (given === undefined) return context
  return { get: (name) => given.get(name) ?? context.get(name) }
}
