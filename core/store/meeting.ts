import { setTimeout as delay } from 'node:timers/promises'

/** times a write is sent again that met another */
const MOST = 5
/** ms; the first pause, doubled with each */
const FIRST_PAUSE = 20

/**
 * Sends a write to a table whose replicas agree at once: one that met another of the same item in another Region
 * is not done (`ReplicatedWriteConflictException`), and the same is sent again; its condition is judged anew.
 * Tables of one Region never answer that.
 * @param wait so many ms; by the machine's clock unless given
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export async function met<T>(
  send: () => Promise<T>,
  wait: (ms: number) => Promise<unknown> = delay,
): Promise<T> {
  for (let times = 0; ; times++) {
    try {
      return await send()
    } catch (error) {
      if (!isMeeting(error) || times === MOST) throw error
      await wait(FIRST_PAUSE * 2 ** times * (0.5 + Math.random() / 2))
    }
  }
}

const isMeeting = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplicatedWriteConflictException'
