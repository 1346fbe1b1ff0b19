import type { Environment } from './command.ts'

/** How who runs this command would type another one: by npx, by the clone's npm script, or from the PATH. */
export function calledAs({ npm_command: by, npm_lifecycle_event: script }: Environment): string {
  if (script === 'tenkey') return 'npm run -s tenkey --'
  return by === 'exec' ? 'npx tenkey' : 'tenkey'
}
