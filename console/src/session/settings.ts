import type { IssuerSettings } from './oidc.ts'

/** What a deployment says of itself at /console/config.json. */
export interface Settings {
  /** the Region that requests are signed for unless another is chosen */
  readonly region: string
  /** those that the installation is in; unless told it serves every Region of its partition */
  readonly regions?: readonly string[]
  readonly issuers: readonly IssuerSettings[]
}

/** @throws Error where the deployment has no settings that can be read */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { credentials: 'omit' })
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`)
  return (await response.json()) as Settings
}

/** where issuers send people back to: registered with them, as the console's documentation says */
export const returnAddress = (): string => `${location.origin}${import.meta.env.BASE_URL}sign-in`
