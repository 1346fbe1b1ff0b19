// @module-tag local: counts the reads of the store
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { accessKeyUseItem } from '../../core/identity/access-key-use-item.ts'
import { usageItem } from '../../core/key/key-items.ts'
import type { ItemKey, Store } from '../../core/store/store.ts'
import { allow, document } from '../sessions/world.ts'
import { allWritten } from '../support/all-written.ts'
import { describeStores, type Harness } from '../support/harness.ts'
import { iamClients } from './iam-world.ts'

/** when keys and access keys were last used: read before it is written, now and then, for no call */
const LATER = [usageItem, accessKeyUseItem]

/** places of each read of a call, since it was last emptied */
const reads: (readonly ItemKey[])[] = []
const counted = (store: Store): Store => ({
  ...store,
  get(keys) {
    if (!keys.every((place) => LATER.some((kind) => kind.is(place)))) reads.push(keys)
    return store.get(keys)
  },
})

describeStores(
  'What a principal has of AWS IAM',
  (harness: Harness) => {
    const client = iamClients(harness)

    /** Reads that a call takes once the same was called before. */
    async function readsOf(call: () => Promise<unknown>): Promise<number> {
      await call()
      await allWritten(harness.inside.service)
      reads.length = 0
      await call()
      return reads.length
    }

    test('is read in the one round trip of a call, and nothing is for who has none', async () => {
      const tenant = await harness.tenant()
      const root = client(tenant)
      const KeyId = (await harness.key(tenant)).id
      const Policy = document(allow('kms:*'))
      const users = await Promise.all(
        ['plain', 'rich'].map((name) => harness.user(tenant, name, { Policy })),
      )
      const [plain, rich] = users.map(({ credential }) => credential)
      if (plain === undefined || rich === undefined) throw new Error('users have access keys')
      const [GroupName, UserName] = ['group', 'rich']
      await root.send(new CreateGroupCommand({ GroupName }))
      await root.send(new AddUserToGroupCommand({ GroupName, UserName }))
      for (const PolicyName of ['one', 'two']) {
        const made = await root.send(
          new CreatePolicyCommand({ PolicyName, PolicyDocument: Policy }),
        )
        const PolicyArn = made.Policy?.Arn
        const attach =
          PolicyName === 'one'
            ? root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
            : root.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
        await attach
      }
      const encrypt = (who: typeof plain) => () =>
        harness.ok(who, 'Encrypt', { KeyId, Plaintext: 'AAAA' })
      expect(await readsOf(encrypt(plain))).toBe(1)
      const [few] = reads.map((places) => places.length)
      expect(await readsOf(encrypt(rich))).toBe(1)
      // the group and two policies
      expect(reads[0]?.length).toBe((few ?? 0) + 3)
      await root.send(new UpdateUserCommand({ UserName, NewUserName: 'renamed' }))
      expect(await readsOf(encrypt(rich))).toBe(1)
    })
  },
  ['sqlite'],
  { fault: counted },
)
