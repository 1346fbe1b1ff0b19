import { serveAsWorker } from './serve.ts'

await serveAsWorker()
