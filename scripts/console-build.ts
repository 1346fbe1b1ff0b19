import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const SOURCES = ['console/src', 'console/build']
const FILES = [
  'console/index.html',
  'console/vite.config.ts',
  'console/package.json',
  'package-lock.json',
]

const changed = (file: string) => statSync(`${PROJECT}${file}`).mtimeMs

const isCurrent = (): boolean => {
  const sources = SOURCES.flatMap((folder) =>
    readdirSync(`${PROJECT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  const newest = Math.max(...[...FILES, ...sources].map(changed))
  try {
    return changed('console/dist/index.html') > newest
  } catch {
    // never built
    return false
  }
}

/** only one process builds at once; a lock that is older than this is of one that was killed */
const LOCK = `${PROJECT}.cache/console-build`
const FORGOTTEN_MS = 300_000

function locked(): boolean {
  try {
    mkdirSync(LOCK)
    return true
  } catch {
    try {
      if (Date.now() - statSync(LOCK).mtimeMs > FORGOTTEN_MS) rmSync(LOCK, { recursive: true })
    } catch {
      // it has just been given back
    }
    return false
  }
}

/** Builds the console where that was not done since its sources last changed: three seconds of a core. */
export function buildConsole(): void {
  mkdirSync(`${PROJECT}.cache`, { recursive: true })
  // files come one after the other: what another builds is whole once it has given its lock back
  while (existsSync(LOCK) || !isCurrent()) {
    if (!locked()) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      continue
    }
    try {
      if (isCurrent()) return
      const stdio = ['ignore', 'inherit', 'inherit'] as const
      execFileSync('npm', ['run', '-s', 'console'], { cwd: PROJECT, stdio: [...stdio] })
      return
    } finally {
      rmSync(LOCK, { recursive: true, force: true })
    }
  }
}
