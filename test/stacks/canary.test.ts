// @module-tag stages
import { beforeAll, describe, expect } from 'vitest'
import { routes as specs } from '../../stacks/routes.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { judge } from '../support/sst-judge.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import type { Report } from '../support/sst-report.ts'

/** version 1 is made, and version 7 has had the calls so far */
let canary: Report
/** the first deployment with canaries */
let first: Report
/** all calls go to version 1 */
let whole: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  ;[canary, first, whole] = await Promise.all([
    reportOf('production', { STACK_CANARY: '10', TEST_ALIAS: '7' }),
    reportOf('production', { STACK_CANARY: '10' }),
    reportOf('production', { STACK_CANARY: '100', TEST_ALIAS: '7' }),
  ])
}, PATIENCE)

const aliasesOf = (report: Report) => report.of('lambda/alias').map(({ inputs }) => inputs)

describe('a canary', () => {
  deployed('gives the new version of each function a part, and the former one the rest', () => {
    const functions = canary.functions.filter(({ name }) => name.startsWith('ApiRoute'))
    expect(functions.length).toBeGreaterThan(80)
    for (const { inputs } of functions) expect(inputs['publish']).toBe(true)
    expect(aliasesOf(canary).map(({ functionName }) => functionName)).toEqual(
      functions.map(({ inputs }) => inputs['name']),
    )
    for (const alias of aliasesOf(canary)) {
      expect(alias).toMatchObject({
        name: 'live',
        functionVersion: '7',
        routingConfig: { additionalVersionWeights: { 1: 0.1 } },
      })
    }
  })

  deployed('is what the API calls, and may call', () => {
    const callable = new Set(
      canary
        .of('lambda/permission')
        .filter(({ inputs }) => inputs['principal'] === 'apigateway.amazonaws.com')
        .map(({ inputs }) => `${inputs['function']}:${inputs['qualifier']}`),
    )
    for (const { inputs } of canary.of('apigatewayv2/integration')) {
      const uri = String(inputs['integrationUri'])
      expect(uri).toMatch(/:live$/)
      expect(callable).toContain(uri.replace(/^arn:.*:function:/, ''))
    }
    // further routes to the same functions
    const also = specs.flatMap(({ also: more = [], xks }) => (xks ? [] : more)).length
    expect(canary.routes.size).toBe(canary.of('apigatewayv2/integration').length + also)
  })

  deployed('has nothing to share at first, and is over when all calls go to the newest', () => {
    for (const alias of [...aliasesOf(first), ...aliasesOf(whole)]) {
      expect(alias).toMatchObject({ functionVersion: '1' })
      expect(alias['routingConfig']).toBeUndefined()
    }
  })

  deployed('is ended by the alarm on 5xx answers, by a function that may do only that', () => {
    const rule = canary.of('cloudwatch/eventRule').find(({ name }) => name === 'CanaryFailed')
    expect(JSON.parse(String(rule?.inputs['eventPattern']))).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: [expect.stringContaining('ServerErrorsAlarm')],
      detail: { state: { value: ['ALARM'] } },
    })
    const target = canary
      .of('cloudwatch/eventTarget')
      .find(({ name }) => name === 'CanaryFailedTarget')?.inputs
    const untold = canary
      .of('cloudwatch/metricAlarm')
      .find(({ name }) => name === 'CanaryUntoldAlarm')
    expect(untold?.inputs['dimensions']).toEqual({ RuleName: rule?.inputs['name'] })
    const input = String(target?.['input'])
    // EventBridge's bound for a target's input
    expect(input.length).toBeLessThan(8192)
    const { alias, functions } = JSON.parse(input) as { alias: string; functions: string[] }
    expect(alias).toBe('live')
    const aliased = aliasesOf(canary).map(({ functionName }) => String(functionName))
    expect(functions.toSorted()).toEqual(aliased.toSorted())
    const ending = canary.functionOf(String(target?.['arn']))
    expect(ending.build?.handler).toBe('functions/canary-rollback.handler')
    const { arn, statements } = canary.roleOf(ending)
    const may = (action: string, name: string) =>
      judge({
        role: arn,
        may: statements,
        action,
        resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
      })
    for (const { functionName } of aliasesOf(canary)) {
      expect(may('lambda:UpdateAlias', String(functionName))).toBe(true)
      expect(may('lambda:UpdateFunctionCode', String(functionName))).toBe(false)
    }
    expect(may('lambda:UpdateAlias', 'tenkey-staging-ApiRouteEncryptHandler')).toBe(false)
  })

  deployed('is an option: without it there is no alias and no version', async () => {
    const plain = await reportOf('staging')
    expect(aliasesOf(plain)).toEqual([])
    expect(plain.functions.filter(({ inputs }) => inputs['publish'] === true)).toEqual([])
  })
})
