import type { KmsError } from '../base/errors.ts'
import type { HttpResponse, RequestHead } from '../base/http-message.ts'
import type { AnswerContext, Protocol } from './protocol.ts'

const REALM = 'Bearer realm="tenkey"'

/**
 * A refusal in the words of its face; on REST one for want of credentials says in WWW-Authenticate how to
 * bring some (RFC 9110 §11.6.1), and where a bearer token was brought, that it is not valid (RFC 6750 §3.1).
 * Which of its reasons it is, is said to nobody: the text is the same for all.
 */
export function refusal(
  { face, failure }: Pick<Protocol, 'face' | 'failure'>,
  error: KmsError,
  context: AnswerContext,
  { headers }: Pick<RequestHead, 'headers'>,
): HttpResponse {
  const answer = failure(error, context)
  if (face === 'rest' && answer.status === 401) {
    const bearer = /^bearer\b/i.test(headers['authorization'] ?? '')
    answer.headers['www-authenticate'] = bearer ? `${REALM}, error="invalid_token"` : REALM
  }
  return answer
}
