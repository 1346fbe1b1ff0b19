import { openHsm } from '../../server/hsm/hsm.ts'
import type { TokenPlace } from '../../server/hsm/token.ts'
import { startTokenProcess } from '../../server/hsm/token-process.ts'

/** A server's process whose token hangs in its login: it says so once, and waits. Arguments: data folder, cluster. */
const [data = '', cluster = ''] = process.argv.slice(2)
const program = new URL('fake-token-main.ts', import.meta.url)
const startToken = (place: TokenPlace) => startTokenProcess(place, program)
const hsm = openHsm(data, () => undefined, { startToken })
const home = { accountId: '111122223333', region: 'us-east-1', id: 'cks-1', cluster }
const store = { ...home, sealed: 'sealed', password: async () => 'kmsuser-password' }
void hsm.connect(store).catch(() => undefined)
setInterval(() => undefined, 1000)
process.stdout.write('asked\n')
