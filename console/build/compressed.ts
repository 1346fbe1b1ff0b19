import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|txt)$/

/** of Brotli's 11: the last two take five times as long for 3 per cent */
const QUALITY = 9

/** Writes each text beside itself compressed, so that nobody compresses while people wait. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          if (!TEXT.test(name)) continue
          const source = Buffer.from(file.type === 'chunk' ? file.code : file.source)
          const parameters = {
            params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY },
          }
          this.emitFile({
            type: 'asset',
            fileName: `${name}.br`,
            source: brotliCompressSync(source, parameters),
          })
          this.emitFile({
            type: 'asset',
            fileName: `${name}.gz`,
            source: gzipSync(source, { level: 9 }),
          })
        }
      },
    },
  }
}
