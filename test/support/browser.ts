import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const PROGRAM = PROGRAMS.find((path) => existsSync(path))

/** Whether this machine has a Chromium; what a title says where it has none. */
export const hasBrowser = PROGRAM !== undefined
export const skipped = hasBrowser ? '' : ' (skipped: no Chromium, apt-get install chromium)'

/** ms in which a page does what it does: none of it waits for anything but this machine */
export const PATIENCE = 120_000

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PROGRAM ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    timeout: PATIENCE,
  })
