/** A setting that can't be used; the message is the one line to show. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
