import { QueryClient } from '@tanstack/react-query'

/**
 * Keeps what was read, for as long as pages may show it again. What a change was given and answered may be a secret
 * (an access key, a data key, plaintext): it is forgotten with the page that shows it.
 */
export const queryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false },
      mutations: { gcTime: 0 },
    },
  })
