// Makes `session-3.json` with the code as it is: `node test/golden/make-session.ts`. It is a session of the
// account of `installation-1/`, whose keys seal it. `session-1.json` was made so by 0.1.0, without what a session
// is made from, and `session-2.json`, of a role, before there were federated users. Each was made once and is
// frozen: a file that is there is not written.
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { issueSession, type NewSession } from '../../core/identity/session.ts'
import { keyring } from '../../core/key/keyring.ts'
import { localFileRoot } from '../../core/root/local-file.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'tenkey-golden-'))
for (const name of ['root.key', 'tenkey.db']) {
  cpSync(path(`installation-1/${name}`), join(data, name))
  chmodSync(join(data, name), 0o600)
}
const store = sqliteStore({ file: join(data, 'tenkey.db') })
const root = await localFileRoot({ file: join(data, 'root.key'), create: false })
const keys = keyring({ store, root, capacity: 10, lifetime: 1000 })
const { accountId } = JSON.parse(readFileSync(path('installation-1/tenant.json'), 'utf8'))

const issued = Date.UTC(2026, 10, 28)
const session: NewSession = {
  principal: 'user/broker',
  principalId: 'AIDAABCDEFGHIJKLMNOP',
  federated: 'Jane',
  issued,
  expires: issued + 43_200_000,
  policies: ['{"Version":"2012-10-17","Statement":[]}'],
  tags: { team: 'red' },
  made: {
    accessKey: 'AKIAIOSFODNN7EXAMPLE',
    principals: [{ accountId, name: 'user/broker', id: 'AIDAABCDEFGHIJKLMNOP', after: issued }],
    accounts: [{ id: accountId }],
  },
}
const made = await issueSession(keys, accountId, session)
const golden = {
  accountId,
  session,
  accessKeyId: made.AccessKeyId,
  secretAccessKey: made.SecretAccessKey,
  sessionToken: made.SessionToken,
}
writeFileSync(path('session-3.json'), `${JSON.stringify(golden, null, 2)}\n`, { flag: 'wx' })
await store.close()
rmSync(data, { recursive: true })
