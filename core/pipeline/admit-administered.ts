import { refusalOf } from '../access/authorize.ts'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { parseJson } from '../base/json.ts'
import type { AdministeredResource } from '../identity/administered.ts'
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
  const { input, found } = call
  const { administers } = operation
  if (administers === undefined) return
  const { action: needed = actionOf(operation) } = administers
  const actions = [needed, ...(administers.also?.(input) ?? [])]
  for (const one of [await administers.of(input, found, call.caller)].flat()) {
    await admitOn(one, actions, call, attempt, service)
  }
}

async function admitOn(
  { accountId, name, told = name, tags, given }: AdministeredResource,
  actions: readonly string[],
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const { context, input } = call
  const own = accountId === OPERATOR_ACCOUNT
  const caller = own ? expressly(call.caller) : call.caller
  const arnOf = (one: string) => (one === '*' ? '*' : principalArn(context.region, accountId, one))
  const resource = arnOf(told)
  const tagsOf = /^(user|role)\//.test(name) ? undefined : ('thing' as const)
  for (const action of actions) {
    const asked = { caller, context, action, input, keys: {}, resourceTags: tags, tagsOf, given }
    const ruling = await service.authorizer.rule(asked, { kind: 'plain', arn: arnOf(name) })
    attempt.rulings.push(ruling)
    const refusal = refusalOf({ ...ruling, request: { ...ruling.request, resource } })
    if (refusal !== undefined) throw await refusal
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
