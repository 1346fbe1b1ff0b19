import { fileURLToPath } from 'node:url'
import { buildDocs } from './build.ts'

// `npm run docs`: writes the documentation to docs-site/, which the server serves at /docs
buildDocs(fileURLToPath(new URL('../../docs-site', import.meta.url)))
