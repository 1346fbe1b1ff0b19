// @module-tag stages
import { beforeAll, describe, expect } from 'vitest'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { ACCOUNT } from '../support/sst-mocks.ts'
import { runProgram } from '../support/sst-platform.ts'
import type { Report } from '../support/sst-report.ts'

let dev: Report
/** the same stage, deployed */
let trial: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  ;[dev, trial] = await Promise.all([
    reportOf('dev-jane', { TEST_DEV: 'on', STACK_CANARY: '10' }),
    reportOf('dev-jane'),
  ])
}, PATIENCE)

const DEVELOPERS = { AWS: `arn:aws:iam::${ACCOUNT}:root` }

describe('`sst dev`', () => {
  deployed(
    'lets the account’s people be a function, which runs on their machine, there alone',
    () => {
      for (const one of dev.functions) {
        const principals = dev.roleOf(one).trust.map(({ Principal }) => Principal)
        expect(principals, one.name).toEqual([{ Service: 'lambda.amazonaws.com' }, DEVELOPERS])
      }
      for (const one of trial.functions) {
        const principals = trial.roleOf(one).trust.map(({ Principal }) => Principal)
        expect(principals, one.name).toEqual([{ Service: 'lambda.amazonaws.com' }])
      }
    },
  )

  deployed('those roles may do no more with the table and the root key than they are for', () => {
    const own = (report: Report, name: string) => {
      const found = report.functions.find((one) => one.name === name)
      if (found === undefined) throw new Error(name)
      const said = report.roleOf(found).statements
      return said.filter(({ Action }) => !/^(appsync|s3):\*$/.test([Action].flat().join()))
    }
    for (const { name } of trial.functions) expect(own(dev, name), name).toEqual(own(trial, name))
  })

  deployed('sweeps where it is deployed, whether the developer’s machine is on or not', () => {
    const sweep = dev.functions.find(({ name }) => name.startsWith('Sweep'))
    expect(sweep?.build?.handler).toBe('functions/sweep.handler')
    expect(sweep?.inputs['handler']).toBe('bundle.handler')
    const encrypt = dev.routes.get('POST /v1/keys/{KeyId}/encrypt')
    // SST's stand-in, which asks the machine
    expect(encrypt?.inputs['handler']).toBe('bootstrap')
  })

  deployed('has no canaries, and is refused where a stage holds keys', async () => {
    expect(dev.of('lambda/alias')).toEqual([])
    await expect(runProgram('production', { TEST_DEV: 'on' })).rejects.toThrow(
      'sst dev is for a stage of one’s own',
    )
    await expect(
      runProgram('dev-jane', { TEST_DEV: 'on', STACK_DISPOSABLE: 'off' }),
    ).rejects.toThrow('is protected')
  })
})
