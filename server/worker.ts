import { enableCompileCache } from 'node:module'

enableCompileCache()
const { startAsWorker } = await import('./start.ts')
await startAsWorker()
