import { rest } from './rest.ts'

/** What the tenant's auditor looks at: its own trail, in CloudTrail's words, newest first. */
export async function* trail(
  profile: string,
  filter: Readonly<Record<string, string>> = {},
): AsyncGenerator<Record<string, unknown>> {
  let marker: string | undefined
  do {
    const query = { Limit: '1000', ...filter, ...(marker !== undefined && { Marker: marker }) }
    const page = await rest(profile, 'GET', '/v1/audit', { query })
    yield* page['Records'] as Record<string, unknown>[]
    marker = page['NextMarker'] as string | undefined
  } while (marker !== undefined)
}
