// Makes `session-2.json` with the code as it is: `node test/golden/make-session.ts`. It is a session of the
// account of `installation-1/`, whose keys seal it. `session-1.json` was made so by 0.1.0, without what a session
// is made from. Each was made once and is frozen: a file that is there is not written.
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
  principal: 'role/ops',
  principalId: 'AROAABCDEFGHIJKLMNOP',
  name: 'night',
  issued,
  expires: issued + 3_600_000,
  tags: { team: 'red' },
  sourceIdentity: 'alice',
  made: {
    accessKey: 'AKIAIOSFODNN7EXAMPLE',
    principals: [
      { accountId: '111122223333', name: 'user/alice', id: 'AIDAABCDEFGHIJKLMNOP', after: issued },
      { accountId, name: 'role/ops', id: 'AROAABCDEFGHIJKLMNOP' },
    ],
    accounts: [{ id: '111122223333' }, { id: accountId, after: issued - 1 }],
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
writeFileSync(path('session-2.json'), `${JSON.stringify(golden, null, 2)}\n`, { flag: 'wx' })
await store.close()
rmSync(data, { recursive: true })
