import type { Metafile } from 'esbuild'

/** One file of a bundle. */
export interface BundledFile {
  readonly path: string
  readonly bytes: number
  /** source files whose code is in it */
  readonly inputs: readonly string[]
}

/** Modules that a deployed function imports on demand in its first call, whatever it is asked. */
const DEPLOYED: readonly RegExp[] = [
  /^core\/store\/dynamodb\.ts$/,
  /^core\/root\/aws-kms\.ts$/,
  // the credentials of a function are in its environment
  /^node_modules\/@aws-sdk\/credential-provider-env\//,
]

/**
 * The files of a bundle that a function reads from its start to its first answer: the entry, what is
 * imported on demand, and whatever these import.
 * @param onDemand source files; by default the adapters a function is deployed with, which are
 * DynamoDB and a root key in AWS KMS
 */
export function loadedFiles(
  metafile: Metafile,
  onDemand: readonly RegExp[] = DEPLOYED,
): BundledFile[] {
  const { outputs } = metafile
  const isRoot = (path: string, entryPoint = '') =>
    path.endsWith('/bundle.mjs') || onDemand.some((one) => one.test(entryPoint))
  const found = new Set(
    Object.entries(outputs)
      .filter(([path, { entryPoint }]) => isRoot(path, entryPoint))
      .map(([path]) => path),
  )
  for (const path of found) {
    for (const { path: other, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && other in outputs) found.add(other)
    }
  }
  return [...found].map((path) => ({
    path,
    bytes: outputs[path]?.bytes ?? 0,
    inputs: Object.keys(outputs[path]?.inputs ?? {}),
  }))
}
