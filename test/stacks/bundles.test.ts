// @module-tag bundles
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { esbuildOptions } from '../../stacks/bundle-settings.ts'
import { routes } from '../../stacks/routes.ts'

/**
 * bytes that a function loads before its first answer: itself, the store's adapter, the root key's. AWS's
 * clients are six sevenths of it
 */
const MOST_BYTES = 422 * 1024
/** of the function that loads each operation as it is called, and so names them all */
const MOST_OF_ALL = 428 * 1024

const handlers = [
  ...routes.map(({ handler }) => handler),
  'functions/sweep.handler',
  'functions/key-events.handler',
]
const files = [...new Set(handlers.map((handler) => handler.replace(/\.\w+$/, '.ts')))]

test("every function is bundled by SST's settings", async () => {
  const { entryNames: _, ...options } = esbuildOptions('', 'bundles')
  const { metafile } = await build({ ...options, entryPoints: files, write: false })
  const entries = Object.values(metafile.outputs).map(({ entryPoint }) => entryPoint ?? '')
  expect(entries).toEqual(expect.arrayContaining(files))
})

const HOT = ['encrypt', 'decrypt', 'generate-data-key', 'sign'].map(
  (name) => `cryptography/${name}`,
)

test.for([...HOT, 'aws-clients'])('%s loads little at its start', async (name) => {
  const options = esbuildOptions(`functions/${name}.handler`, 'bundles')
  const { metafile } = await build({ ...options, write: false })
  const { outputs } = metafile
  const starting = [`functions/${name}.ts`, 'core/store/dynamodb.ts', 'core/root/aws-kms.ts']
  const loaded = new Set(
    Object.keys(outputs).filter((path) => starting.includes(outputs[path]?.entryPoint ?? '')),
  )
  expect(loaded.size).toBe(starting.length)
  for (const path of loaded) {
    for (const { path: other, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && other in outputs) loaded.add(other)
    }
  }
  const bytes = [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0)
  expect(bytes).toBeLessThan(name === 'aws-clients' ? MOST_OF_ALL : MOST_BYTES)
})
