import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pairQueue } from '../../core/key/pair-queue.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { Harness, type Tenant } from '../support/harness.ts'
import { openRaw } from '../support/raw-socket.ts'
import { startTarget } from '../support/target.ts'

const harness = new Harness()
let tenant: Tenant
beforeAll(async () => {
  harness.attach(await startTarget('memory'))
  tenant = await harness.tenant()
})
afterAll(async () => {
  const { target } = harness
  harness.attach(undefined)
  await target.stop()
})

/** Keeps every place where RSA key pairs are made, until it is let go. */
function hold(): () => Promise<unknown> {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  // more than there are places
  const works = Array.from({ length: 8 }, () => pairQueue.run({ account: 'holds' }, () => held))
  return () => {
    letGo()
    return Promise.all(works)
  }
}

/** A CreateKey of an RSA key, as it is sent. */
function createRsa(): string {
  const body = '{"KeySpec":"RSA_4096","KeyUsage":"SIGN_VERIFY"}'
  const unsigned = {
    method: 'POST',
    path: '/',
    query: '',
    body: Buffer.from(body),
    headers: {
      host: new URL(harness.target.url).host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.CreateKey',
    },
  }
  const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
  const lines = Object.entries(signRequest(unsigned, tenant, scope)).map(([n, v]) => `${n}: ${v}`)
  return `POST / HTTP/1.1\r\n${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

describe('Calls whose connection is closed', () => {
  test('while they wait for a key pair are dropped: nothing is made for them', async () => {
    const { watch } = harness.inside
    const letGo = hold()
    const waiting = vi.spyOn(pairQueue, 'run')
    const callers = await Promise.all(Array.from({ length: 20 }, () => openRaw(harness.target.url)))
    for (const { socket } of callers) socket.write(createRsa())
    await expect.poll(() => waiting.mock.calls.length).toBe(20)
    for (const { socket } of callers) socket.destroy()
    // each has its record before a place is free: none was made
    const outcomes = () =>
      watch.records.filter(({ eventName }) => eventName === 'CreateKey').map((r) => r.errorCode)
    await expect.poll(outcomes).toEqual(Array(20).fill('ThrottlingException'))
    await letGo()
    expect(await harness.ok(tenant, 'ListKeys')).toMatchObject({ Keys: [] })
    expect(watch.log).toEqual([])
  })
})
