import { expect, test } from 'vitest'
import { type Simulation, simulator } from '../../core/access/simulate.ts'
import { decided } from '../../operations/iam/simulation.ts'
import { allow, document } from '../sessions/world.ts'

/** A simulation of a thousand actions and resources is no single decision: others have their turn meanwhile. */
test('gives others their turn after every ten decisions', async () => {
  const simulation: Simulation = {
    principal: {
      accountId: '111122223333',
      type: 'user',
      arn: 'arn:aws:iam::111122223333:user/a',
      userId: 'AIDAA',
      tags: {},
    },
    identity: [{ name: 'one', document: document(allow('kms:Encrypt')) }],
    boundary: undefined,
    resource: undefined,
    owner: '111122223333',
    context: {},
  }
  const asked = Array.from({ length: 1000 }, (_, i) => [`kms:Action${i}`, '*'] as const)
  let turns = 0
  let over = false
  const turn = () => {
    turns++
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  const told = await decided(simulator(simulation), asked)
  over = true
  expect(told).toHaveLength(asked.length)
  expect(turns).toBeGreaterThanOrEqual(100)
})
