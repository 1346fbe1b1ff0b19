import { policyHash } from '../policy/compiled-cache.ts'
import type { PrincipalData, Trusted } from './credential.ts'

/** A trust policy as a role is to keep it. */
export const trusting = (
  document: string,
  meant: Trusted['meant'],
): Pick<PrincipalData, 'trust' | 'trusted'> => ({
  trust: document,
  trusted: { of: policyHash(document), meant },
})
