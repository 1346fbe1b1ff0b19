import { setTimeout as delay } from 'node:timers/promises'
import { type Store, StoreUnavailable } from './store.ts'

/** times a write is sent again that met another */
const MOST = 5
/** ms; the first pause, doubled with each */
const FIRST_PAUSE = 20

/**
 * A table whose replicas agree at once: a write that met another of the same item in another Region is not done
 * (`ReplicatedWriteConflictException`), and is sent again; its condition is judged anew.
 * @param wait so many ms; by the machine's clock unless given
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function meeting(store: Store, wait: (ms: number) => Promise<unknown> = delay): Store {
  async function write(send: () => Promise<boolean>): Promise<boolean> {
    for (let met = 0; ; met++) {
      try {
        return await send()
      } catch (error) {
        if (!isMeeting(error) || met === MOST) throw error
        await wait(FIRST_PAUSE * 2 ** met * (0.5 + Math.random() / 2))
      }
    }
  }
  return {
    ...store,
    put: (item) => write(() => store.put(item)),
    add: (item) => write(() => store.add(item)),
    delete: (key, version) => write(() => store.delete(key, version)),
  }
}

const isMeeting = (error: unknown): boolean =>
  error instanceof StoreUnavailable &&
  error.cause instanceof Error &&
  error.cause.name === 'ReplicatedWriteConflictException'
