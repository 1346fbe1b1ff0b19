/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    // SST takes the answer at once, so nothing can be imported here
    const { STACK_DISPOSABLE: chosen, STACK_REGION: region, USER, LOGNAME, USERNAME } = process.env
    if (chosen !== undefined && chosen !== 'on' && chosen !== 'off') {
      throw new Error(`STACK_DISPOSABLE is '${chosen}'; it can be on or off`)
    }
    // a user's own stage, which SST names so where none is given
    const own = (USER ?? LOGNAME ?? USERNAME ?? '').toLowerCase().replaceAll(/[^a-z0-9-]/g, '')
    const named =
      /^(dev|trial|pr-)/.test(input.stage) || (input.stage === own && !/^prod/.test(own))
    const disposable = chosen === undefined ? named : chosen === 'on'
    return {
      name: 'tenkey',
      home: 'aws',
      // what holds data stays when the stack goes, and `sst remove` refuses
      removal: disposable ? 'remove' : 'retain',
      protect: !disposable,
      version: '4.17.1',
      providers: {
        aws: { version: '7.20.0', ...(region && { region }) },
        random: { version: '4.16.6' },
      },
    }
  },

  async run() {
    const { checkRegion, readOptions } = await import('./stacks/options.ts')
    const { stack } = await import('./stacks/stack.ts')
    checkRegion(process.env)
    return stack(readOptions(process.env))
  },
})
