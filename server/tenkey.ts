#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { outliveReaders } = await import('./readers.ts')
outliveReaders()
const { run } = await import('./cli/program.ts')
const code = await run(process.argv.slice(2), process.env)
if (code !== 0) process.exitCode = code
