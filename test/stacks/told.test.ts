// @module-tag process
// @module-tag stages
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { deployed, reportOf } from '../support/sst-deployed.ts'
import { ACCOUNT } from '../support/sst-mocks.ts'
import { PROJECT } from '../support/sst-platform.ts'
import type { Report } from '../support/sst-report.ts'

const reservedIn = (report: Report) =>
  report.functions.filter(({ inputs }) => inputs['reservedConcurrentExecutions'] !== undefined)

/** What the functions over the service are told. */
const settingsIn = (report: Report, ...names: readonly string[]) =>
  new Set(
    report.functions
      .map(
        ({ inputs }) => (inputs['environment'] as { variables: Record<string, string> }).variables,
      )
      .filter((variables) => variables['TENKEY_STORE'] !== undefined)
      .map((told) => names.map((name) => told[name]).join(' ')),
  )

describe('a stage that is told', () => {
  deployed('of an account with ten executions, reserves none', async () => {
    const small = await reportOf('production', { TEST_CONCURRENCY: '10' })
    expect(reservedIn(small)).toEqual([])
    expect(small.program.outputs['note']).toContain('gives this account 10 executions')
  })

  // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
  deployed('to keep more instances warm than the account allows, makes nothing', async () => {
    const told = reportOf('production', { STACK_XKS: '3', TEST_CONCURRENCY: '123' })
    await expect(told).rejects.toThrow(/the quota “Concurrent executions” \(lambda, L-B99A9384\)/)
    await expect(told).rejects.toThrow('ended after 0 resources')
  })

  deployed(
    'to reserve none does not, and its functions keep and forward audit records, and call proxies, as told',
    async () => {
      const off = await reportOf('production', {
        STACK_RESERVED: 'off',
        STACK_AUDIT_RETENTION: '365',
        STACK_AUDIT_FORWARD: 'stdout',
        STACK_XKS_PORT: '8443',
        STACK_XKS_TIMEOUT: '500',
      })
      expect(reservedIn(off)).toEqual([])
      const audit = settingsIn(off, 'TENKEY_AUDIT_RETENTION', 'TENKEY_AUDIT_FORWARD')
      expect([...audit].filter((told) => told !== ' ')).toEqual(['365 stdout'])
      const proxies = settingsIn(off, 'TENKEY_XKS_PORT', 'TENKEY_XKS_TIMEOUT')
      expect([...proxies].filter((told) => told !== ' ')).toEqual(['8443 500'])
    },
  )
})

deployed('npm run resources prints what each Region of an installation gets', async () => {
  const { PATH, HOME } = process.env
  const printed = async (region: string): Promise<string> => {
    const script = join(PROJECT, 'scripts/resources.ts')
    const env = { PATH, HOME, STACK_REGION: region, STACK_REPLICAS: 'eu-north-1,eu-central-1' }
    const run = promisify(execFile)
    return (await run(process.execPath, [script], { env, maxBuffer: 64 << 20 })).stdout
  }
  const store = (region: string) =>
    `arn:aws:dynamodb:${region}:${ACCOUNT}:table/tenkey-production-shared`
  const home = await printed('eu-north-1')
  expect(home).toMatch(
    /dynamodb\/table SharedTable\n.*"replicas":\[\{[^}]*"regionName":"eu-central-1"/,
  )
  expect(home).toContain(`on ${store('eu-north-1')}`)
  const away = await printed('eu-central-1')
  expect(away.includes('dynamodb/table SharedTable\n')).toBe(false)
  for (const region of ['eu-central-1', 'eu-north-1']) {
    expect(away.includes(`on ${store(region)}`), region).toBe(true)
  }
  expect(`${home}${away}`.includes('eu-west-1')).toBe(false)
})
