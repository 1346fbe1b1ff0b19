import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['console/src', 'console/build']
const FILES = [
  'console/index.html',
  'console/vite.config.ts',
  'console/package.json',
  'package-lock.json',
]

const changed = (file: string) => statSync(`${PROJECT}${file}`).mtimeMs

/** Builds the console where that was not done since its sources last changed: six seconds of a core. */
export function buildConsole(): void {
  const sources = SOURCES.flatMap((folder) =>
    readdirSync(`${PROJECT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  const newest = Math.max(...[...FILES, ...sources].map(changed))
  try {
    if (changed('console/dist/index.html') > newest) return
  } catch {
    // never built
  }
  execFileSync('npm', ['run', '-s', 'console'], {
    cwd: PROJECT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
