import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { expect } from 'vitest'
import { destroyKey, differences, readKey, updateKey } from './terraform-key.ts'
import { createPrimary, createReplica, readReplica } from './terraform-replica.ts'

/** What clients do with keys in two Regions, each with an address of its own. */

export const HOME = 'eu-west-1'
export const AWAY = 'eu-central-1'

export interface Address {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
export type AddressIn = (region: string) => Address

export const hasAws = spawnSync('aws', ['--version']).status === 0
const run = promisify(execFile)

function clientIn(addressIn: AddressIn, region: string): KMSClient {
  const { url: endpoint, ...credentials } = addressIn(region)
  return new KMSClient({ endpoint, region, credentials })
}

/** The AWS CLI: replicated, used in both, promoted, deleted. @param folder for files that it reads */
export async function walkByCli(addressIn: AddressIn, folder: string): Promise<void> {
  let blobs = 0
  function blobOf(bytes: Buffer): string {
    const file = join(folder, `${++blobs}`)
    writeFileSync(file, bytes)
    return `fileb://${file}`
  }
  const aws = async (region: string, ...words: string[]) => {
    const { url, accessKeyId, secretAccessKey } = addressIn(region)
    const { stdout } = await run('aws', ['kms', ...words, '--output', 'json'], {
      env: {
        ...{ PATH: process.env['PATH'] ?? '', HOME: folder },
        ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        ...{ AWS_DEFAULT_REGION: region, AWS_REGION: region, AWS_ENDPOINT_URL_KMS: url },
      },
    })
    return stdout === '' ? {} : JSON.parse(stdout)
  }
  const { KeyMetadata } = await aws(HOME, 'create-key', '--multi-region')
  const id: string = KeyMetadata.KeyId
  const key = ['--key-id', id]
  await aws(HOME, 'replicate-key', ...key, '--replica-region', AWAY, '--description', 'there')
  // each command once by the CLI; what comes of them by the SDK, which asks in no time
  const told = async (region: string) =>
    (await clientIn(addressIn, region).send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata
  expect((await aws(AWAY, 'describe-key', ...key)).KeyMetadata).toMatchObject({
    ...{ KeyState: 'Enabled', Description: 'there' },
    MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA', PrimaryKey: { Region: HOME } },
  })
  // each version of the command takes files as they are
  const plaintext = blobOf(Buffer.from('hi'))
  const { CiphertextBlob } = await aws(HOME, 'encrypt', ...key, '--plaintext', plaintext)
  const blob = blobOf(Buffer.from(CiphertextBlob, 'base64'))
  const opened = await aws(AWAY, 'decrypt', '--ciphertext-blob', blob)
  expect(opened).toMatchObject({ Plaintext: 'aGk=', KeyId: expect.stringContaining(AWAY) })
  await aws(HOME, 'update-primary-region', ...key, '--primary-region', AWAY)
  for (const region of [HOME, AWAY]) {
    expect(await told(region)).toMatchObject({
      KeyState: 'Enabled',
      MultiRegionConfiguration: { PrimaryKey: { Region: AWAY }, ReplicaKeys: [{ Region: HOME }] },
    })
  }
  await aws(AWAY, 'rotate-key-on-demand', ...key)
  for (const region of [HOME, AWAY]) {
    expect((await aws(region, 'list-key-rotations', ...key)).Rotations).toHaveLength(1)
  }
  const days = ['--pending-window-in-days', '7']
  await aws(AWAY, 'schedule-key-deletion', ...key, ...days)
  expect(await told(AWAY)).toMatchObject({ KeyState: 'PendingReplicaDeletion' })
  await aws(HOME, 'schedule-key-deletion', ...key, ...days)
  expect(await told(HOME)).toMatchObject({ KeyState: 'PendingDeletion' })
}

/** Terraform's provider: aws_kms_key with multi_region, aws_kms_replica_key. */
export async function walkAsTerraform(addressIn: AddressIn): Promise<void> {
  const [from, kms] = [clientIn(addressIn, HOME), clientIn(addressIn, AWAY)]
  const primary = { multiRegion: true, description: 'primary', rotation: true, period: 90 }
  const id = await createPrimary(from, { spec: 'SYMMETRIC_DEFAULT', ...primary })
  const found = await readKey(from, id)
  if (found === undefined) throw new Error('it is gone')
  expect(differences(primary, found)).toEqual([])
  const replica = { from, kms, region: AWAY, primaryArn: found.metadata.Arn ?? '' }
  const first = { ...primary, description: 'replica', tags: { team: 'blue' } }
  expect(await createReplica(replica, first)).toBe(id)
  const plan = async (wanted: Parameters<typeof differences>[0]) => {
    const now = await readReplica(replica, id)
    return now === undefined ? ['it is gone'] : differences(wanted, now)
  }
  expect(await plan(first)).toEqual([])
  const second = { ...primary, description: 'other', enabled: false }
  await updateKey(kms, id, first, second)
  expect(await plan(second)).toEqual([])
  expect((await readKey(from, id))?.metadata.Enabled).toBe(true)
  await destroyKey(kms, id, 7)
  expect(await readReplica(replica, id)).toBeUndefined()
  await destroyKey(from, id, 7)
  expect(await readKey(from, id)).toBeUndefined()
}
