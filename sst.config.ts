/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const live = input.stage === 'production'
    return {
      name: 'tenkey',
      home: 'aws',
      // what holds data stays when the stack goes, and `sst remove` refuses
      removal: live ? 'retain' : 'remove',
      protect: live,
      version: '4.17.1',
      providers: { aws: { version: '7.20.0' }, random: { version: '4.16.6' } },
    }
  },

  async run() {
    const { readOptions } = await import('./stacks/options.ts')
    const { stack } = await import('./stacks/stack.ts')
    return stack(readOptions(process.env))
  },
})
