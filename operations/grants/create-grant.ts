import { partitionOf } from '../../core/base/arn.ts'
import type { CallContext } from '../../core/base/call-context.ts'
import { KmsError } from '../../core/base/errors.ts'
import { checkGrantTerms } from '../../core/grant/grant-operations.ts'
import { createGrant as create } from '../../core/grant/grant-store.ts'
import { issueGrantToken } from '../../core/grant/grant-token.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { meaningsOf } from '../../core/identity/meant-principals.ts'
import { keySpec } from '../../core/key/spec.ts'
import { GRANTABLE } from '../../core/key/state.ts'
import { defineOperation, type Ports } from '../../core/operation.ts'
import { checkGrantPrincipal } from '../../core/policy/grant-decision.ts'
import { givenConstraints } from '../../core/policy/grant-terms.ts'
import { type Meanings, meaningOf } from '../../core/policy/meaning.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { dryRun, grantTokens, keyId, usesMaterial } from '../members.ts'
import {
  grantId,
  grantName,
  grantOperations,
  grantToken,
  newGrantConstraints,
  principalArn,
  refuseServices,
  servicePrincipal,
} from './grant-members.ts'

/** Permits a principal some operations on a key, without a change of its policy. */
export const createGrant = defineOperation({
  name: 'CreateGrant',
  summary: 'Creates a grant: a principal may do some operations with a key.',
  http: 'POST /v1/keys/{KeyId}/grants',
  status: 201,
  idempotencyKey: true,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html',
  differs:
    'A grant is in force with the next call, so its token is never needed. Service principals and SourceArn are refused. Whether principals of other accounts exist is not told: with a Name, one who was made anew is answered the grant of the former.',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    GranteePrincipal: principalArn,
    RetiringPrincipal: optional(principalArn),
    Operations: grantOperations,
    Constraints: optional(newGrantConstraints),
    GrantTokens: grantTokens,
    Name: optional(grantName),
    DryRun: dryRun,
    GranteeServicePrincipal: servicePrincipal,
    RetiringServicePrincipal: servicePrincipal,
  }),
  output: struct({ GrantToken: grantToken, GrantId: grantId }),
  errors: [
    'NotFoundException',
    'DisabledException',
    'InvalidArnException',
    'InvalidGrantTokenException',
    'LimitExceededException',
    'KMSInvalidStateException',
    'DryRunOperationException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: GRANTABLE,
      whenDisabled: 'DisabledException',
      alias: false,
      crossAccount: true,
    },
  },
  versionOf: 'key',
  ...usesMaterial,
  mutates: true,
  uses: ['read', 'write', 'tokens'],
  validate(input) {
    const { GranteePrincipal, RetiringPrincipal, Constraints } = input
    refuseServices(
      input.GranteeServicePrincipal,
      input.RetiringServicePrincipal,
      Constraints?.SourceArn,
    )
    checkGrantPrincipal(GranteePrincipal)
    if (RetiringPrincipal !== undefined) checkGrantPrincipal(RetiringPrincipal)
  },
  async check({ input, keys: { key }, caller, context }, { read }) {
    const { spec, usage } = key.data
    const asymmetric = keySpec(spec)?.asymmetric === true
    const terms = {
      operations: input.Operations,
      constraints: givenConstraints(input.Constraints),
    }
    checkGrantTerms({ spec, usage, asymmetric }, terms)
    await meantBy(input, caller, context, read)
  },
  async run({ input, keys: { key }, caller, context }, { read, write, tokens }) {
    const { GranteePrincipal, RetiringPrincipal, Constraints, Name } = input
    const meant = await meantBy(input, caller, context, read)
    const id = await create(
      key,
      {
        key: key.arn,
        granteePrincipal: GranteePrincipal,
        granteeMeant: meaningOf(GranteePrincipal, meant),
        retiringPrincipal: RetiringPrincipal,
        retiringMeant: RetiringPrincipal && meaningOf(RetiringPrincipal, meant),
        issuingAccount: `arn:${partitionOf(context.region)}:iam::${caller.accountId}:root`,
        operations: [...new Set(input.Operations)],
        constraints: givenConstraints(Constraints),
        ...(Name !== undefined && { name: Name }),
        created: context.now,
      },
      { read, write },
    )
    return { GrantToken: await issueGrantToken(tokens, key, id), GrantId: id }
  },
})

/**
 * Whom the two principals of a grant mean. Those of the caller's account must exist and have these very ARNs.
 * @throws KmsError InvalidArnException
 */
async function meantBy(
  { GranteePrincipal, RetiringPrincipal }: GrantPrincipals,
  { accountId }: Pick<Caller, 'accountId'>,
  { region }: Pick<CallContext, 'region'>,
  read: Ports['read'],
): Promise<Meanings> {
  const names = [GranteePrincipal, ...(RetiringPrincipal === undefined ? [] : [RetiringPrincipal])]
  const { meant, invalid } = await meaningsOf(read, names, { accountId, region })
  if (meant !== undefined) return meant
  throw new KmsError('InvalidArnException', `ARN does not refer to a valid principal: ${invalid}`)
}

interface GrantPrincipals {
  readonly GranteePrincipal: string
  readonly RetiringPrincipal?: string | undefined
}
