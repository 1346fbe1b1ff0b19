import { randomUUID } from 'node:crypto'
import { refusalOf as denialOf, type Resource } from '../access/authorize.ts'
import type { AuditRecord } from '../audit/audit.ts'
import { keyArn } from '../base/arn.ts'
import type { Key } from '../key/key.ts'
import { isServed } from '../key/primary.ts'
import { relatedIn } from '../key/related.ts'
import { actionOf } from '../operation.ts'
import type { Service } from '../service.ts'
import type { Attempt, Understood } from './stages.ts'

/**
 * Permissions of a call that acts in another Region too: asked there, as of a call to it, so that policies
 * effective in that Region decide. Asked of a primary key alone: another is refused for what it is.
 */
export async function admitElsewhere(
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const { route, caller, input } = call
  const { operation } = route
  const { elsewhere } = operation
  const key = attempt.keys.get('key')
  if (elsewhere === undefined || key?.related?.type !== 'PRIMARY') return
  const region = elsewhere.region(input)
  if (!isServed(call.context, region)) return
  const context = { ...call.context, region }
  const keys = Object.fromEntries(attempt.keys)
  async function ask(action: string, resource: Resource, about?: Key): Promise<void> {
    const asked = { caller, context, action, input, key: about, keys }
    const ruling = await service.authorizer.rule(asked, resource)
    attempt.rulings.push(ruling)
    const refusal = denialOf(ruling)
    if (refusal !== undefined) throw await refusal
  }
  for (const action of elsewhere.alsoActions?.(input) ?? []) {
    await ask(action, { kind: 'plain', arn: '*' })
  }
  const arn = keyArn(region, key.accountId, key.id)
  for (const action of elsewhere.onNewKey?.(input) ?? []) await ask(action, { kind: 'plain', arn })
  if (elsewhere.onRelated !== true) return
  const related = await relatedIn(key, region, service.everywhere, context.now)
  if (related !== undefined) await ask(actionOf(operation), { kind: 'key', key: related }, related)
}

/** The record of a call in the other Region that it acted in: of the same request, an event of its own. */
export function recordElsewhere(own: AuditRecord, attempt: Attempt): AuditRecord | undefined {
  const { reached, keys } = attempt
  const { route, input, output } = reached
  const { elsewhere } = route.operation
  if (elsewhere === undefined || input === undefined) return undefined
  const { name, parameters, response, resource, invokedBy } = elsewhere.recorded({
    input,
    keys: Object.fromEntries(keys),
    output,
  })
  const accountId = own.recipientAccountId
  return {
    ...own,
    userIdentity: { ...own.userIdentity, ...(invokedBy !== undefined && { invokedBy }) },
    eventName: name,
    awsRegion: elsewhere.region(input),
    requestParameters: parameters,
    responseElements: response ?? null,
    // what was decided is in the record of the Region that was asked
    additionalEventData: undefined,
    eventID: randomUUID(),
    resources: resource === undefined ? [] : [{ accountId, type: 'AWS::KMS::Key', ARN: resource }],
  }
}
