/** what reads the output has gone: nothing that follows is read */
let gone = false

/** A server does not end because whoever read its log has gone (EPIPE) or a disk is full. */
export function outliveReaders(): void {
  attend(() => undefined)
}

/**
 * A command whose reader has gone (`tenkey … | head`) finishes what it does, in silence; output that can't
 * be written for another reason (a full disk) ends it with 1 and one line. A server that it starts outlives both.
 */
export function finishWithoutReaders(): void {
  attend((error) => {
    if (error.code === 'EPIPE') {
      gone = true
      return
    }
    console.error(`tenkey: the output can't be written (${error.code ?? error.message})`)
    process.exit(1)
  })
}

/** Whether nobody reads any more what a command says, so that one without an end may end. */
export const readersGone = (): boolean => gone

type Attendant = (error: NodeJS.ErrnoException) => void

let attending: Attendant | undefined

/** The last that is told attends to both streams alone. */
function attend(attendant: Attendant): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (attending !== undefined) stream.off('error', attending)
    stream.on('error', attendant)
  }
  attending = attendant
}
