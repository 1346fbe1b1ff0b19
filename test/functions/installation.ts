import { inject } from 'vitest'
import { buildRic } from '../../server/lambda-gateway/ric.ts'

/** Suites find the installation that start-installation.ts has started by their environment. */
await buildRic()
Object.assign(process.env, inject('installation'))
