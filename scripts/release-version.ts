const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

const STEPS = ['patch', 'minor', 'major'] as const
type Step = (typeof STEPS)[number]

type Numbers = readonly [major: number, minor: number, patch: number]

function numbersOf(version: string): Numbers {
  const found = VERSION.exec(version)
  if (found === null) throw new Error(`'${version}' is not a version, which looks like 1.2.3`)
  return [Number(found[1]), Number(found[2]), Number(found[3])]
}

/**
 * The version to release.
 * @param wanted `patch`, `minor`, `major`, or a version later than the current one
 */
export function nextVersion(current: string, wanted: string): string {
  const [major, minor, patch] = numbersOf(current)
  const next: Record<Step, Numbers> = {
    patch: [major, minor, patch + 1],
    minor: [major, minor + 1, 0],
    major: [major + 1, 0, 0],
  }
  const step = STEPS.find((one) => one === wanted)
  if (step !== undefined) return next[step].join('.')
  if (!isLater(numbersOf(wanted), numbersOf(current))) {
    throw new Error(`${wanted} does not come after ${current}`)
  }
  return wanted
}

function isLater(one: Numbers, other: Numbers): boolean {
  const place = one.findIndex((number, index) => number !== other[index])
  return place >= 0 && (one[place] ?? 0) > (other[place] ?? 0)
}

/**
 * Whether a version may break what worked before: another major one, and before 1.0.0 another minor
 * one (Semantic Versioning, items 4 and 8).
 */
export function mayBreak(current: string, next: string): boolean {
  const [before, after] = [numbersOf(current), numbersOf(next)]
  return before[0] !== after[0] || (before[0] === 0 && before[1] !== after[1])
}
