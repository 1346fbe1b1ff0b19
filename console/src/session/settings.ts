/** An OpenID Connect issuer at which people sign in, as the deployment's settings have it. */
export interface IssuerSettings {
  /** what people call it */
  readonly name: string
  /** its URL, exactly as its tokens have it */
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** which of its tokens is the bearer token */
  readonly token: 'access_token' | 'id_token'
  /** the account that its people are of, 12 digits; asked, or told by the link, where it is not set */
  readonly account?: string
}

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
