import { buildRic } from '../../server/lambda-gateway/ric.ts'

/** Functions are started once start-build.ts has built their runtime client, or failed to. */
await buildRic()
