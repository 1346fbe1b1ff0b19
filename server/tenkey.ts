#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { main } = await import('./cli/program.ts')
await main(process.argv.slice(2), process.env)
