/** ms after which whoever began what touches several items, and did not end it, counts as gone */
export const LEFT_BEHIND = 60_000
