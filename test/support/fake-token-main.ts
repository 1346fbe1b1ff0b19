import { serveToken } from '../../server/hsm/serve-token.ts'
import { readPlace } from '../../server/hsm/token-place.ts'
import { fakePkcs11 } from './fake-pkcs11.ts'

/** As server/hsm/token-main.ts, with a token in a file in place of a module's. */
serveToken(readPlace(process.argv[2]), async () => fakePkcs11())
