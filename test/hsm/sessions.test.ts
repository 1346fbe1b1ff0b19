import { expect, test } from 'vitest'
import { CKR } from '../../server/hsm/pkcs11.ts'
import { sessionPool } from '../../server/hsm/sessions.ts'

/** A module's error, as pkcs11js throws it. */
const failure = (code: number) => Object.assign(new Error('of the module'), { code })

/** A token with a number of sessions, which a test may change. */
function pool(most: number) {
  const token = { most, open: 0 }
  const sessions = sessionPool(
    {
      C_OpenSession() {
        if (token.open >= token.most) throw failure(CKR.SESSION_COUNT)
        token.open++
        return Buffer.of(token.open)
      },
      C_CloseSession() {
        token.open--
      },
    },
    Buffer.of(0),
    () => undefined,
  )
  return { token, sessions }
}

test('whoever waits for a session is told when none is left', async () => {
  const { token, sessions } = pool(1)
  const held = Promise.withResolvers<never>()
  const first = sessions.use(() => held.promise)
  const waiting = [1, 2, 3].map((n) => sessions.use(() => n))
  const ended = Promise.allSettled([first, ...waiting])
  // its session is closed, and another process has it by then
  token.most = 0
  held.reject(failure(CKR.FUNCTION_FAILED))
  expect((await ended).map((one) => one.status === 'rejected' && String(one.reason))).toEqual([
    'Error: of the module',
    ...waiting.map(() => 'TokenFailure: the token has no session left'),
  ])
})

test('whoever waits has the session of the one before, or one in its place', async () => {
  const { sessions } = pool(1)
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map((n) =>
      sessions.use(async () => {
        if (n === 2) throw failure(CKR.FUNCTION_FAILED)
        return n
      }),
    ),
  )
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    ...[1, 'failed', 3, 4],
  ])
})
