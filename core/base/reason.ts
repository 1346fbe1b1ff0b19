/**
 * Why something failed, as a message has it in brackets or after a colon: the system's code where there is one
 * (ENOENT), else the error's own words; without the name of its class, which `String(error)` begins with.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : error.message
}
