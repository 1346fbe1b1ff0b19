import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'
import { fontsAsFiles } from './build/fonts.ts'
import { licences } from './build/licences.ts'

// whoever starts the build: React's words for developers are for nobody who opens the console
process.env['NODE_ENV'] = 'production'

/** How `npm run console` makes the static files of console/dist. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  publicDir: false,
  plugins: [fontsAsFiles(), licences(), compressed()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    // everything by its own name: a policy that lets in data: URLs is none
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      // 'use client' says nothing here: all of it is the client
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log)
      },
    },
  },
})
