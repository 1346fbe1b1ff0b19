/**
 * Whether `npm test` runs, which takes a slice of what is long (test/README.md, "Slices"); all else has the
 * whole: `npm run test:all`, one file by itself.
 */
export const sliced: boolean = process.env['TEST_SLICE'] === 'on'

/** Of a table that is long the rows that stand for the others, in `npm test`; all of them elsewhere. */
export const slice = <Row>(
  rows: readonly Row[],
  stands: (row: Row, index: number) => boolean,
): readonly Row[] => (sliced ? rows.filter(stands) : rows)
