import { expect, test } from 'vitest'
import type { Store } from '../../core/store/store.ts'
import { allWritten } from '../support/all-written.ts'
import { allow, document } from '../support/authorization.ts'
import { callService, install, processOver } from '../support/installed.ts'

test('A page of keys is read together, whatever their policies and aliases: not key by key', async () => {
  const installed = await install()
  const { store, tenant } = installed
  const calls: number[] = []
  const counted: Store = {
    ...store,
    get(places) {
      calls.push(places.length)
      return store.get(places)
    },
  }
  const service = processOver({ ...installed, store: counted })
  const call = async (name: string, input: Record<string, unknown>) => {
    const { status, json } = await callService(service, tenant, name, input)
    expect(status, JSON.stringify(json)).toBeLessThan(300)
    return json
  }
  const listed = async () => {
    await allWritten(service)
    calls.length = 0
    const { Keys } = await call('ListKeys', {})
    const keys = Keys as { Aliases: string[]; Description: string }[]
    expect(keys.every(({ Aliases, Description }) => Aliases[0] === `alias/${Description}`)).toBe(
      true,
    )
    return [keys.length, calls.length]
  }
  const add = async (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const Policy = document(
        allow('kms:*', { Sid: `own${at}`, Principal: { AWS: tenant.accountId } }),
      )
      const { KeyMetadata } = await call('CreateKey', { Description: `key-${at}`, Policy })
      const { KeyId } = KeyMetadata as { KeyId: string }
      await call('CreateAlias', { AliasName: `alias/key-${at}`, TargetKeyId: KeyId })
    }
  }
  await add(0, 2)
  const [, few = 0] = await listed()
  await add(2, 40)
  // forty policies and forty aliases are one read
  expect(await listed()).toEqual([40, few])
})
