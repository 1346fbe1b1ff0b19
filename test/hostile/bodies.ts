import fc from 'fast-check'
import { operations } from '../../operations/registry.ts'
import type { Case } from './case.ts'
import { callOf, facesOf } from './faces.ts'
import { requests } from './grammar.ts'
import { attacker, inputOf, oddJson, someEdits } from './values.ts'

/** Suspending accounts is no attack on others, and deleting what all cases need ends them. */
const ENDS_ALL = /^(SuspendTenant|ScheduleTenantDeletion|AdvanceClock)$/

/** These take many times what others take: an RSA key pair, a look at all of the trail. */
const SLOW = /^(GetParametersForImport|ListAuditRecords)$/

const all = [...operations]
  .filter(({ name }) => !ENDS_ALL.test(name))
  .flatMap((operation) =>
    Array.from({ length: SLOW.test(operation.name) ? 1 : 8 }, () => operation),
  )

const call: fc.Arbitrary<Case> = fc.constantFrom(...all).chain((operation) => {
  const faces = facesOf(operation)
  const who =
    operation.audience === 'operator'
      ? fc.oneof({ weight: 9, arbitrary: fc.constant('operator' as const) }, attacker)
      : attacker
  const input = fc.oneof(
    { weight: 20, arbitrary: inputOf(operation) },
    { weight: 1, arbitrary: oddJson.map((Odd) => ({ Odd })) },
  )
  return fc
    .tuple(fc.constantFrom(...faces), who, input, someEdits, headers)
    .map(([face, as, members, edits, more]) => {
      const one = callOf(face, operation, as, members)
      return { ...one, headers: { ...one.headers, ...more }, edits }
    })
})

/** What changes what a call means. */
const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'idempotency-key': 'again' },
      { 'idempotency-key': 'k'.repeat(256) },
      { 'if-match': '"1"' },
      { 'if-match': '*' },
      { 'if-match': '"1", W/"2",,"'.repeat(300) },
      { 'user-agent': 'a'.repeat(3_000) },
    ),
  },
)

/** Bodies of every operation on every face: near to what is right, and changed in bytes. */
export const bodies = requests(
  'bodies',
  20,
  call.map((one) => [one]),
)
