import { buildRic } from '../../server/lambda-gateway/ric.ts'

/** Begins to build AWS's runtime client, if it isn't there, while other tests run. */
export default function setup(): () => Promise<void> {
  const built = buildRic().then((why) => {
    if (why !== undefined) {
      process.stderr.write(`The functions' tests run under a runtime client of our own: ${why}.\n`)
    }
  })
  return () => built
}
