import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Json } from '../../core/store/store.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, type Installed, install, processOver } from '../support/installed.ts'
import { DAY, wrap } from '../support/life.ts'

/**
 * What each way to destroy a secret leaves of its wrapped form in the files of a SQLite store: nothing,
 * neither its text nor its bytes, once the destruction is told.
 */

interface World extends Installed {
  readonly service: Service
  call(name: string, input: JsonObject): Promise<JsonObject>
  operate(name: string, input: JsonObject): Promise<JsonObject>
}

const idOf = (made: JsonObject): string => (made['KeyMetadata'] as { KeyId: string }).KeyId

async function importMaterial(world: World, more: JsonObject): Promise<string> {
  const KeyId = idOf(await world.call('CreateKey', { Origin: 'EXTERNAL' }))
  const { ImportToken, PublicKey } = await world.call('GetParametersForImport', {
    KeyId,
    WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    WrappingKeySpec: 'RSA_2048',
  })
  const publicKey = Buffer.from(String(PublicKey), 'base64')
  const material = wrap(publicKey, 'RSAES_OAEP_SHA_256', Buffer.alloc(32, KeyId))
  const EncryptedKeyMaterial = material.toString('base64')
  await world.call('ImportKeyMaterial', { KeyId, ImportToken, EncryptedKeyMaterial, ...more })
  return KeyId
}

const FOR_GOOD = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
const sweepIn = async (world: World, days: number, told: object) => {
  const now = Date.now() + days * DAY
  expect(await sweep(world.service, { now, limit: 100 })).toMatchObject({ ...told, failed: 0 })
}

/** A role for which AWS KMS calls. @returns the prefix of its path, which names the item */
async function roleOfStores(world: World): Promise<string> {
  const { accountId } = world.tenant
  const Statement = [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await world.call('IamCreateRole', { RoleName: 'aws', AssumeRolePolicyDocument })
  const made = await world.operate('CreateXksCredential', { Type: 'role', Name: 'aws' })
  // /111122223333-abcd2345/kms/xks/v1
  return /-(\w+)\//.exec(String(made['XksProxyUriPath']))?.[1] ?? ''
}

/** How each is made, with the part of a sort key that its items have; and destroyed. */
const WAYS: readonly {
  name: string
  holds: string
  make(world: World): Promise<string>
  destroy(world: World, id: string): Promise<unknown>
}[] = [
  {
    name: 'a key whose deletion date has come, with its former material',
    holds: 'key#,material#',
    async make(world) {
      const KeyId = idOf(await world.call('CreateKey', {}))
      await world.call('RotateKeyOnDemand', { KeyId })
      await world.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      return KeyId
    },
    destroy: (world) => sweepIn(world, 8, { deleted: 1 }),
  },
  {
    name: 'DeleteImportedKeyMaterial',
    holds: 'key#',
    make: (world) => importMaterial(world, FOR_GOOD),
    destroy: (world, KeyId) => world.call('DeleteImportedKeyMaterial', { KeyId }),
  },
  {
    name: 'imported material that expires',
    holds: 'key#',
    make: (world) => importMaterial(world, { ValidTo: Math.floor(Date.now() / 1000) + 3600 }),
    destroy: (world) => sweepIn(world, 0.5, { expired: 1 }),
  },
  {
    name: 'a wrapping key of import parameters',
    holds: 'import#',
    make: (world) => importMaterial(world, FOR_GOOD),
    destroy: (world) => sweepIn(world, 2, { importsRemoved: 1 }),
  },
  {
    name: 'DeleteAccessKey',
    holds: 'access-key#',
    async make(world) {
      const made = await world.operate('CreateAccessKey', {})
      return String(
        (made['AccessKey'] as JsonObject | undefined)?.['AccessKeyId'] ?? made['AccessKeyId'],
      )
    },
    destroy: (world, AccessKeyId) => world.operate('DeleteAccessKey', { AccessKeyId }),
  },
  {
    name: 'DeletePrincipal',
    holds: 'access-key#',
    async make(world) {
      const user = { Type: 'user', Name: 'alice', CreateAccessKey: true }
      const { AccessKey } = await world.operate('CreatePrincipal', user)
      return (AccessKey as { AccessKeyId: string }).AccessKeyId
    },
    destroy: (world) => world.operate('DeletePrincipal', { Type: 'user', Name: 'alice' }),
  },
  {
    name: "AWS IAM's DeleteRole, of a role that has a credential of an external key store",
    holds: 'xks-access#',
    make: (world) => roleOfStores(world),
    destroy: (world) => world.call('IamDeleteRole', { RoleName: 'aws' }),
  },
  {
    name: 'DeleteVirtualMFADevice',
    holds: 'mfa-device#',
    async make(world) {
      await world.call('IamCreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' })
      return 'phone'
    },
    destroy: (world) =>
      world.call('IamDeleteVirtualMFADevice', {
        SerialNumber: `arn:aws:iam::${world.tenant.accountId}:mfa/phone`,
      }),
  },
]

/** Wrapped texts in an item's data. */
function wrappedIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    ['wrapped', 'secret', 'seed'].includes(name) && typeof inner === 'string'
      ? [inner]
      : wrappedIn(inner),
  )
}

async function wrappedOf(world: World, id: string, holds: string): Promise<string[]> {
  const { items } = await world.store.scan(undefined, 1000)
  return items
    .filter(({ sk }) => holds.split(',').some((kind) => sk.startsWith(kind)) && sk.includes(id))
    .flatMap(({ data }) => wrappedIn(data))
}

describe('Destroyed for good', () => {
  test.each(WAYS)('$name', async ({ holds, make, destroy }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tenkey-destroyed-'))
    const file = join(folder, 'tenkey.db')
    const installed = await install(sqliteStore({ file }))
    const service = processOver(installed)
    const calling =
      (who: 'operator' | 'tenant', more: JsonObject) =>
      async (name: string, input: JsonObject): Promise<JsonObject> => {
        const { status, json } = await callService(service, installed[who], name, {
          ...more,
          ...input,
        })
        if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
        return json
      }
    const world: World = {
      ...installed,
      service,
      call: calling('tenant', {}),
      operate: calling('operator', { AccountId: installed.tenant.accountId }),
    }
    const holding = (secrets: readonly string[]): string[] => {
      const files = ['', '-wal', '-shm'].map((end) => file + end).filter((path) => existsSync(path))
      const bytes = files.map((path) => readFileSync(path))
      return secrets.filter((secret) =>
        bytes.some((all) => all.includes(secret) || all.includes(Buffer.from(secret, 'base64'))),
      )
    }
    try {
      const id = await make(world)
      const secrets = await wrappedOf(world, id, holds)
      expect(secrets.length).toBeGreaterThanOrEqual(holds.split(',').length)
      expect(holding(secrets)).toEqual(secrets)
      await destroy(world, id)
      expect(await wrappedOf(world, id, holds)).toEqual([])
      expect(holding(secrets)).toEqual([])
    } finally {
      await service.close()
      rmSync(folder, { recursive: true })
    }
  })
})
