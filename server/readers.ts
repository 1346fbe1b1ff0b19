let gone = false
let told = false

/**
 * Lets this process go on when what it prints reaches nobody: a server serves, and a command ends what it
 * began. A reader that has gone (EPIPE, as after `tenkey … | head -1`) is no failure. Any other, such as a
 * full disk, is told on stderr, once, and makes the exit code 1 of who does not end with another.
 */
export function outliveReaders(): void {
  // stderr has nowhere to say it
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    gone = true
    if (code === 'EPIPE') return
    process.exitCode = 1
    if (!told) console.error(`tenkey: what it printed was not written: ${message}`)
    told = true
  })
}

/** Whether what is printed reaches nobody any more, once outliveReaders was called. */
export const readerGone = (): boolean => gone
