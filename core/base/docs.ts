/**
 * Where the documentation is, and what browsers are told of its pages: a server answers by it, a distribution is
 * configured with it.
 */

/** where the documentation is, below an installation's address */
export const DOCS_PATH = '/docs'
/** the page of the API reference: that of a renderer which has styles of its own */
export const REFERENCE_PATH = `${DOCS_PATH}/reference/`
/** files at the root, for programs that read: https://llmstxt.org */
export const LLMS_FILES: readonly string[] = ['llms.txt', 'llms-full.txt']

/**
 * Inline styles that the reference's renderer makes: an empty one that it fills by the CSSOM, and its spinner's.
 * No other is let in, so these change with its version.
 */
const REFERENCE_STYLES = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
]

/**
 * The headers of the documentation's pages. Nothing is of elsewhere, nobody may frame them, and no text becomes
 * script (Trusted Types), but for the reference: its renderer writes HTML by itself, and searches in a worker.
 * @see https://www.w3.org/TR/CSP3/
 */
export function docsHeaders(reference: boolean): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${["'self'", ...(reference ? REFERENCE_STYLES : [])].join(' ')}`,
    `img-src 'self'${reference ? ' data:' : ''}`,
    "connect-src 'self'",
    ...(reference ? ['worker-src blob:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(reference ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}
