import { refusalOf } from '../access/authorize.ts'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { parseJson } from '../base/json.ts'
import type { Caller } from '../identity/caller.ts'
import { principalArn } from '../identity/principal-caller.ts'
import { actionOf } from '../operation.ts'
import type { Service } from '../service.ts'
import type { Attempt, Understood } from './stages.ts'

/**
 * Asks an administrative action on the account or principal that it is about. What is the operator's own is
 * permitted by statements alone that name it: `*` would make root of whoever administers tenants.
 * @throws KmsError AccessDeniedException
 */
export async function admitAdministered(
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const { operation } = call.route
  const { context, input, found } = call
  const { administers } = operation
  if (administers === undefined) return
  const { accountId, name, told = name } = await administers.of(input, found)
  const own = accountId === OPERATOR_ACCOUNT
  const caller = own ? expressly(call.caller) : call.caller
  const arn = principalArn(context.region, accountId, name)
  const resource = principalArn(context.region, accountId, told)
  const { action: needed = actionOf(operation) } = administers
  for (const action of [needed, ...(administers.also?.(input) ?? [])]) {
    const asked = { caller, context, action, input, keys: {} }
    const ruling = await service.authorizer.rule(asked, { kind: 'plain', arn })
    attempt.rulings.push(ruling)
    const refusal = refusalOf({ ...ruling, request: { ...ruling.request, resource } })
    if (refusal !== undefined) throw refusal
  }
}

/** A principal whose identity policies permit no more than what they say of the operator's account. */
const expressly = (caller: Caller): Caller => ({
  ...caller,
  policies: {
    ...caller.policies,
    identity: Object.fromEntries(
      Object.entries(caller.policies.identity).map(([name, text]) => [name, onlyExpress(text)]),
    ),
  },
})

const NAMED = /^arn:[^:]*:iam::000000000000:/
/** Permits nothing, so that the statements after it keep their numbers. */
const NOTHING = { Effect: 'Allow', Action: 'tenkey:Nothing', Resource: 'arn:aws:iam:::nothing' }

interface StatementText {
  readonly Effect: string
  readonly Resource?: string | readonly string[]
}

function onlyExpress(text: string): string {
  const document = parseJson(text) as { Statement: StatementText | StatementText[] }
  const Statement = [document.Statement].flat().map((statement) => {
    const resources = [statement.Resource ?? []].flat().filter((one) => NAMED.test(one))
    if (statement.Effect === 'Deny') return statement
    return resources.length === 0 ? NOTHING : { ...statement, Resource: resources }
  })
  return JSON.stringify({ ...document, Statement })
}
