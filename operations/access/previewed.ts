import { refusalOf } from '../../core/access/authorize.ts'
import { type SupposedPolicy, supposedPolicy } from '../../core/access/supposed-policy.ts'
import { KmsError } from '../../core/base/errors.ts'
import type { Key } from '../../core/key/key.ts'
import { checkPolicySize } from '../../core/key/stored-policy.ts'
import type { Ports, Run } from '../../core/operation.ts'
import { LOCKED_OUT } from '../../core/policy/lockout.ts'

/**
 * A policy as it would decide if the caller put it, refused as PutKeyPolicy refuses it, but for the lockout safety
 * check, whose result is told.
 * @throws KmsError MalformedPolicyDocumentException; LimitExceededException for a document over 32 KB;
 *   AccessDeniedException for an AWS managed key, whose policy nobody replaces
 */
export async function previewed(
  call: Run<unknown, unknown>,
  key: Key,
  text: string,
  { access, decisions }: Pick<Ports, 'access' | 'decisions'>,
): Promise<SupposedPolicy & { readonly locksOut: boolean }> {
  // what PutKeyPolicy would be asked
  const put = { ...call, input: { KeyId: key.id, Policy: text }, keys: { key } }
  if (key.data.manager === 'AWS') {
    const { caller, context, input, keys } = put
    const asked = { caller, context, action: 'kms:PutKeyPolicy', input, key, keys }
    const refusal = refusalOf(await decisions.rule(asked, { kind: 'key', key }))
    if (refusal !== undefined) throw await refusal
  }
  checkPolicySize(text)
  const check = (bypassLockoutCheck: boolean) =>
    access.checkKeyPolicy(put, key, { text, bypassLockoutCheck })
  try {
    return { ...supposedPolicy(text, await check(false)), locksOut: false }
  } catch (error) {
    if (!(error instanceof KmsError) || error.message !== LOCKED_OUT) throw error
    return { ...supposedPolicy(text, await check(true)), locksOut: true }
  }
}
