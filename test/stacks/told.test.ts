// @module-tag stages
import { describe, expect } from 'vitest'
import { deployed, reportOf } from '../support/sst-deployed.ts'
import type { Report } from '../support/sst-report.ts'

const reservedIn = (report: Report) =>
  report.functions.filter(({ inputs }) => inputs['reservedConcurrentExecutions'] !== undefined)

/** What the functions over the service are told of the audit trail. */
const auditSettingsIn = (report: Report) =>
  new Set(
    report.functions
      .map(
        ({ inputs }) => (inputs['environment'] as { variables: Record<string, string> }).variables,
      )
      .filter((variables) => variables['TENKEY_STORE'] !== undefined)
      .map((told) => [told['TENKEY_AUDIT_RETENTION'], told['TENKEY_AUDIT_FORWARD']].join(' ')),
  )

describe('a stage that is told', () => {
  deployed('of an account with ten executions, reserves none', async () => {
    const small = await reportOf('production', { TEST_CONCURRENCY: '10' })
    expect(reservedIn(small)).toEqual([])
    expect(small.program.outputs['note']).toContain('gives this account 10 executions')
  })

  deployed(
    'to reserve none does not, and its functions keep and forward audit records as told',
    async () => {
      const off = await reportOf('production', {
        STACK_RESERVED: 'off',
        STACK_AUDIT_RETENTION: '365',
        STACK_AUDIT_FORWARD: 'stdout',
      })
      expect(reservedIn(off)).toEqual([])
      expect([...auditSettingsIn(off)].filter((told) => told !== ' ')).toEqual(['365 stdout'])
    },
  )
})
