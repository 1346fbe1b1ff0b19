import { test } from 'vitest'
import { sliced } from './slice.ts'
import { installPlatform, runProgram } from './sst-platform.ts'
import { type Program, Report } from './sst-report.ts'

/** ms; the first run fetches SST's providers */
export const PATIENCE = 600_000

let installing: Promise<string | undefined> | undefined

/** Why the program can't be run here; undefined where it can. */
export const absence = (): Promise<string | undefined> => {
  installing ??= installPlatform()
  return installing
}

/** What `sst deploy` would make of a stage with these options of STACK_. */
export const reportOf = async (
  stage: string,
  options: Readonly<Record<string, string>> = {},
): Promise<Report> => new Report(JSON.parse(await runProgram(stage, options)) as Program)

/** A test of the deployed program; the one reason not to make it is that npm can't be reached. */
export const deployed = (name: string, check: () => void | Promise<void>): void =>
  test(
    name,
    async ({ skip }) => {
      const absent = await absence()
      if (absent !== undefined) skip(absent)
      await check()
    },
    PATIENCE,
  )

/** The same, in `npm run test:all` alone: of a stage that nothing else looks at, which takes ten seconds. */
export const whole = (name: string, check: () => void | Promise<void>): void => {
  if (!sliced) deployed(name, check)
}
