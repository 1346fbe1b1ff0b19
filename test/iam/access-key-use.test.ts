// @module-tag local: a function's use is told by another within an hour
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { credentialOf } from '../sessions/world.ts'
import { describeStores, type Harness, REGION, type Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { administrator, iamClients, refused } from './iam-world.ts'

describeStores(
  'When an access key was last used (API_GetAccessKeyLastUsed)',
  (harness: Harness) => {
    const client = iamClients(harness)
    let tenant: Tenant
    let root: IAMClient

    beforeAll(async () => {
      tenant = await harness.tenant()
    })
    beforeEach(() => {
      root = client(tenant)
    })

    async function user(UserName: string): Promise<Credential> {
      await root.send(new CreateUserCommand({ UserName }))
      const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }))
      return {
        accountId: tenant.accountId,
        accessKeyId: String(AccessKey?.AccessKeyId),
        secretAccessKey: String(AccessKey?.SecretAccessKey),
      }
    }
    const lastUse = async ({ accessKeyId: AccessKeyId }: Credential) => {
      const { UserName, AccessKeyLastUsed } = await root.send(
        new GetAccessKeyLastUsedCommand({ AccessKeyId }),
      )
      return { UserName, ...AccessKeyLastUsed }
    }
    const sts = ({ accessKeyId, secretAccessKey }: Credential, region = REGION) =>
      new STSClient({
        endpoint: harness.target.url,
        region,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey },
      })

    test('is N/A before its first call, and has no date', async () => {
      expect(await lastUse(await user('fresh'))).toEqual({
        UserName: 'fresh',
        ServiceName: 'N/A',
        Region: 'N/A',
      })
    })

    test('is told with service and Region, of the latest call, be it refused; by the name its user has now', async () => {
      const key = await user('ann')
      const began = Date.now()
      expect((await harness.call('aws', key, 'ListKeys')).code).toBe('AccessDeniedException')
      const used = { UserName: 'ann', ServiceName: 'kms', Region: REGION }
      expect(await lastUse(key)).toEqual({ ...used, LastUsedDate: expect.any(Date) })
      const { LastUsedDate } = await lastUse(key)
      // in whole seconds, as AWS tells times
      expect(LastUsedDate?.getTime()).toBeGreaterThanOrEqual(Math.floor(began / 1000) * 1000)
      const client = sts(key)
      await client.send(new GetCallerIdentityCommand({}))
      client.destroy()
      expect(await lastUse(key)).toMatchObject({ UserName: 'ann', ServiceName: 'sts' })
      await root.send(new UpdateUserCommand({ UserName: 'ann', NewUserName: 'anna' }))
      expect(await lastUse(key)).toMatchObject({ UserName: 'anna', ServiceName: 'sts' })
    })

    test('is not told of what only claims to be it, nor of temporary credentials made with it', async () => {
      const key = await user('bob')
      const forged = { ...key, secretAccessKey: 'x'.repeat(40) }
      expect((await harness.call('aws', forged, 'ListKeys')).code).toBe('InvalidSignatureException')
      expect(await lastUse(key)).toMatchObject({ ServiceName: 'N/A' })
      const client = sts(key)
      const { Credentials } = await client.send(new GetSessionTokenCommand({}))
      client.destroy()
      await harness.call('aws', credentialOf(tenant.accountId, Credentials), 'ListKeys')
      expect(await lastUse(key)).toMatchObject({ ServiceName: 'sts' })
    })

    test('of the root’s key has no user; of one that is not there, or another account’s, there is none', async () => {
      const { UserName, ...use } = await lastUse(tenant)
      expect([UserName ?? '', use]).toEqual(['', expect.objectContaining({ ServiceName: 'iam' })])
      const key = await user('carol')
      await root.send(
        new DeleteAccessKeyCommand({ UserName: 'carol', AccessKeyId: key.accessKeyId }),
      )
      const other = await harness.tenant()
      for (const { accessKeyId } of [key, other]) {
        expect(await refused(lastUse({ ...key, accessKeyId }))).toEqual({
          code: 'NoSuchEntity',
          message: `The Access Key with id ${accessKeyId} cannot be found.`,
          status: 404,
        })
      }
    })

    test('is told who may iam:GetAccessKeyLastUsed on the user whose key it is', async () => {
      const key = await user('dora')
      const asks = new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId })
      const may = client(await administrator(harness, tenant, 'may', 'iam:GetAccessKeyLastUsed'))
      expect((await may.send(asks)).UserName).toBe('dora')
      const not = client(await administrator(harness, tenant, 'not', 'iam:ListAccessKeys'))
      expect((await refused(not.send(asks))).code).toBe('AccessDenied')
    })
  },
)
