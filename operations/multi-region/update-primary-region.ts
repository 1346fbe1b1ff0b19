import { keyArn } from '../../core/base/arn.ts'
import { StoreConflict } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { notPrimary } from '../../core/key/primary.ts'
import { stateRefusal, USABLE } from '../../core/key/state.ts'
import { recordShared } from '../../core/lifecycle/pending-acts.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId, region } from '../members.ts'

/** Makes a replica the primary of its related keys, and the primary a replica. Both are Updating meanwhile. */
export const updatePrimaryRegion = defineOperation({
  name: 'UpdatePrimaryRegion',
  summary: 'Makes a replica of a multi-Region key its primary.',
  http: 'PUT /v1/keys/{KeyId}/primary-region',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html',
  differs:
    'It is done when it is answered. A call that names the Region of the primary itself is refused with ValidationException, a Region without related key with NotFoundException.',
  audience: 'tenant',
  input: struct({ KeyId: keyId, PrimaryRegion: region }),
  errors: [
    'DisabledException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'NotFoundException',
    'UnsupportedOperationException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: USABLE,
      whenDisabled: 'DisabledException',
      alias: false,
      crossAccount: false,
    },
  },
  elsewhere: {
    region: ({ PrimaryRegion }) => PrimaryRegion,
    onRelated: true,
    recorded: ({ input, keys: { key } }) => {
      const arn = key && keyArn(input.PrimaryRegion, key.accountId, key.id)
      return {
        name: 'UpdatePrimaryRegion',
        parameters: { keyId: arn, primaryRegion: input.PrimaryRegion },
        response: undefined,
        resource: arn,
        invokedBy: 'kms.amazonaws.com',
      }
    },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['relating', 'acts'],
  async check({ input, keys: { key }, context }, { relating }) {
    if (key.related?.type !== 'PRIMARY') throw notPrimary(key)
    const { PrimaryRegion: to } = input
    const [{ relatedIn }, { gone, notUsable }, { checkServed }] = await parts()
    await checkServed(context, to, relating)
    if (to === key.region) throw invalid(`${key.arn} is the primary key in Region ${to} already.`)
    const { moving } = key.related.shared
    if (moving !== undefined && moving.to !== to) throw stateRefusal(key.arn, 'Updating', {})
    const next = await relatedIn(key, to, relating, context.now)
    if (next === undefined) throw gone(key, to)
    if (!USABLE.includes(next.data.state)) throw notUsable(next)
  },
  async run({ input, keys: { key }, context: { now } }, { relating, acts }) {
    const { related } = key
    if (related === undefined) throw notPrimary(key)
    const [, { intendMove, moveToEnd }] = await parts()
    if (related.shared.moving === undefined) {
      await intendMove(key, related, input.PrimaryRegion, relating, now)
    }
    // another process ended it, or took it back: the call is made again from what is now
    if (!(await moveToEnd(key, relating, now))) {
      throw new StoreConflict('the change of the primary was ended elsewhere')
    }
    await recordShared(key, acts, relating, now)
  },
})

const parts = () =>
  Promise.all([
    import('../../core/key/related.ts'),
    import('../../core/lifecycle/primary-region.ts'),
    import('../../core/key/supported-region.ts'),
  ])
