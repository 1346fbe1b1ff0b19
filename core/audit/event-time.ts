let lastSecond = Number.NaN
/** many records are of one second */
let lastText = ''

/** Unix ms as CloudTrail writes a moment: RFC 3339 in whole seconds. @throws RangeError for no time */
export function eventTimeOf(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}
