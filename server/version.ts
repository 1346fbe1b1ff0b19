import manifest from '../package.json' with { type: 'json' }

/** The version of this tenkey, as package.json has it. */
export const { version: VERSION } = manifest
