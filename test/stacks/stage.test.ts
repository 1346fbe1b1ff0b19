import { expect } from 'vitest'
import { deployed, reportOf } from '../support/sst-deployed.ts'
import { appsOf } from '../support/sst-platform.ts'

const KEPT = { removal: 'retain', protect: true }
const DISPOSABLE = { removal: 'remove', protect: false }

deployed('a stage is protected unless it says otherwise, by its name or a setting', async () => {
  const cases: [string, Record<string, string>, object][] = [
    ['production', {}, KEPT],
    ['staging', {}, KEPT],
    ['my-dev', {}, KEPT],
    ['jane', { USER: 'joe' }, KEPT],
    ['production', { USER: 'production' }, KEPT],
    ['dev', { STACK_DISPOSABLE: 'off' }, KEPT],
    ['dev-2', {}, DISPOSABLE],
    ['trial', {}, DISPOSABLE],
    ['pr-17', {}, DISPOSABLE],
    ['jane', { USER: 'Jane' }, DISPOSABLE],
    ['staging', { STACK_DISPOSABLE: 'on' }, DISPOSABLE],
  ]
  const refused = ['x', { STACK_DISPOSABLE: 'yes' }] as const
  const found = await appsOf([
    ...cases.map(([stage, settings]) => [stage, settings] as const),
    refused,
  ])
  for (const [n, [stage, settings, wanted]] of cases.entries()) {
    expect(found[n], `${stage} ${JSON.stringify(settings)}`).toMatchObject(wanted)
  }
  expect(found[cases.length]).toContain('on or off')
})

deployed('a stage is deployed to a Region that somebody named, and stays there', async () => {
  await expect(reportOf('staging', { AWS_REGION: '' })).rejects.toThrow('set STACK_REGION')
  expect(await appsOf([['staging', { STACK_REGION: 'eu-north-1' }]])).toMatchObject([
    { providers: { aws: { region: 'eu-north-1' } } },
  ])
})
