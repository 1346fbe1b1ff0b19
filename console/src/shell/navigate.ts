import { useCallback } from 'react'
import { useLocation } from 'wouter'

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '')

/** The address of a page, as links of Cloudscape take it. */
export const addressOf = (path: string): string => `${BASE}${path}`

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
