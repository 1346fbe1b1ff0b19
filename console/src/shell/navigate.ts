import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { usePathname } from 'wouter/use-browser-location'

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '')

/** The address of a page, as links of Cloudscape take it. */
export const addressOf = (path: string): string => `${BASE}${path}`

/** The place of a page whose members are names or ARNs of any characters: `/users/a%40b`. */
export const placeOf = (...members: readonly string[]): string =>
  members.map((one) => `/${encodeURIComponent(one)}`).join('')

/**
 * A member of this page's place, as `placeOf` was given it. wouter's own parameters have `@`, `+`, `:` and `/` still
 * encoded, and `%` decoded.
 * @param at 0 for the first
 */
export function useMember(at: number): string {
  const member = usePathname().slice(BASE.length).split('/')[at + 1] ?? ''
  try {
    return decodeURIComponent(member)
  } catch {
    // typed by hand: no page is at such a place
    return member
  }
}

interface Followed {
  readonly detail: { readonly href?: string; readonly external?: boolean }
  preventDefault(): void
}

/** For `onFollow` of Cloudscape's links: goes to a page without loading the console anew. */
export function useFollow(): (event: Followed) => void {
  const [, navigate] = useLocation()
  return useCallback(
    (event) => {
      const { href, external } = event.detail
      if (external === true || href === undefined || !href.startsWith(`${BASE}/`)) return
      event.preventDefault()
      navigate(href.slice(BASE.length))
    },
    [navigate],
  )
}
