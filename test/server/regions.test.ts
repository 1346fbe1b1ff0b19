// @module-tag process
// @module-tag dynamodb
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ReplicateKeyCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'

/**
 * Servers of an installation in two Regions, over DynamoDB's protocol. An endpoint on this machine has one table of a
 * name for all Regions, so replicas agree at once here, whatever is said of them.
 */

const HOME = 'eu-west-1'
const AWAY = 'eu-central-1'

let dynalite: Awaited<ReturnType<typeof startDynalite>>
const running: ServerProcess[] = []
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop('SIGKILL')))
  await dynalite.stop()
  removeFolders()
})

test.for(['eventual', 'strong'])(
  'a multi-Region key is made in one and used in the other: %s',
  async (consistency) => {
    const data = newFolder()
    const start = async (region: string) => {
      const server = await startServer({
        TENKEY_DATA: data,
        TENKEY_STORE: 'dynamodb',
        TENKEY_TABLE: `own-${consistency}`,
        TENKEY_SHARED_TABLE: `shared-${consistency}`,
        TENKEY_REPLICAS: `${HOME},${AWAY}`,
        TENKEY_REPLICAS_CONSISTENCY: consistency,
        TENKEY_REGION: region,
        AWS_REGION: region,
        AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'made-up',
      })
      running.push(server)
      return server.kms()
    }
    const home = await start(HOME)
    const away = await start(AWAY)
    const made = await away.send(new CreateKeyCommand({ MultiRegion: true }))
    const KeyId = made.KeyMetadata?.KeyId ?? ''
    await away.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: HOME }))
    const Plaintext = Buffer.from('secret')
    const { CiphertextBlob } = await home.send(new EncryptCommand({ KeyId, Plaintext }))
    const opened = await away.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    await away.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: HOME }))
    for (const [client, type] of [
      [home, 'PRIMARY'],
      [away, 'REPLICA'],
    ] as const) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
      expect(KeyMetadata?.MultiRegionConfiguration?.MultiRegionKeyType).toBe(type)
      expect(KeyMetadata?.KeyState).toBe('Enabled')
    }
  },
)
