// @module-tag functions
import { beforeAll, expect, test } from 'vitest'
import { idOf } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'
import { awsOperations, sampleInput, samplePath } from '../support/model.ts'

/** but for the clock's, which are not deployed everywhere (test/lifecycle/clock.test.ts) */
const deployed = operations.filter(({ uses }) => !uses.includes('clock'))

/**
 * So that each operation's own function starts and answers in `npm test`, whatever suites go through the
 * functions there: what an operation does is told by its own suite.
 */
describeStores('Each operation, called once', (harness) => {
  let tenant: Tenant
  /** whom the operator's act on */
  let other: Tenant
  beforeAll(async () => {
    ;[tenant, other] = [await harness.tenant(), await harness.tenant()]
  })

  test.for(deployed)('$name is understood and answered', async (operation) => {
    const { http } = operation
    const inputOf = async (): Promise<Input> => {
      if (!awsOperations.includes(operation)) return samplePath(http)
      return sampleInput(operation, (await harness.key(tenant)).id)
    }
    const operators = operation.audience === 'operator'
    const caller = operators ? harness.operator : tenant
    const own = operators ? { AccountId: other.accountId } : {}
    const outcome = await harness.call('rest', caller, idOf(operation), {
      ...(await inputOf()),
      ...own,
    })
    expect(outcome.status, outcome.text).toBeLessThan(500)
    // it is its own function that judged the input, and it knew the caller
    expect([undefined, ...operation.errors, 'ValidationException']).toContain(outcome.code)
  })
})
