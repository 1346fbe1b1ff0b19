import type { BuildOptions } from 'esbuild'

/**
 * How every function is bundled. Modules imported on demand (adapters, attestation, bearer tokens)
 * become files of their own, so a cold start reads only what its call needs.
 * - keepNames off: what depends on a name says it itself, and the names are a tenth of the bundle
 * - external: what the SDK imports on demand and no function ever needs: ways to find credentials
 *   other than its environment, streams of events, the browser's name
 */
export const bundleSettings = {
  format: 'esm',
  minify: true,
  splitting: true,
  esbuild: {
    keepNames: false,
    external: [
      '@aws-sdk/credential-provider-http',
      '@aws-sdk/credential-provider-ini',
      '@aws-sdk/credential-provider-login',
      '@aws-sdk/credential-provider-process',
      '@aws-sdk/credential-provider-sso',
      '@aws-sdk/credential-provider-web-identity',
      '@smithy/core/event-streams',
      '@smithy/credential-provider-imds',
      'bowser',
    ],
  },
} satisfies {
  readonly format: 'esm'
  readonly minify: boolean
  readonly splitting: boolean
  readonly esbuild: { readonly keepNames: boolean; external: string[] }
}

/** what SST puts in front of every module, so that CommonJS in it finds what it expects */
const BANNER = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join('\n')

/**
 * What SST's builder tells esbuild for these settings (sst 4.17, pkg/runtime/node/build.go, runtime
 * nodejs24.x): for tests and benchmarks to have the very files that are deployed, which are
 * `bundle.mjs` and its chunks. Source maps are not deployed, so none are made.
 * @param handler e.g. `functions/cryptography/encrypt.handler`
 */
export const esbuildOptions = (handler: string, outdir: string) =>
  ({
    entryPoints: [handler.replace(/\.\w+$/, '.ts')],
    outdir,
    entryNames: 'bundle',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'es2024',
    mainFields: ['module', 'main'],
    format: bundleSettings.format,
    minify: bundleSettings.minify,
    splitting: bundleSettings.splitting,
    keepNames: bundleSettings.esbuild.keepNames,
    external: ['sharp', 'pg-native', ...bundleSettings.esbuild.external],
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'silent',
  }) satisfies BuildOptions
