/** Unix ms as CloudTrail writes a moment: RFC 3339 in whole seconds. */
export const eventTimeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
