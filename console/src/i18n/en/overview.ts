/** Words of the overview. */
export const overview = {
  'audit.not-shown': 'The audit trail is not shown',
  'overview.all': 'All keys',
  'overview.calls': 'Calls',
  'overview.count-on': 'Count on',
  'overview.denials': 'Denied',
  'overview.due': 'What waits',
  'overview.errors': 'Other errors',
  'overview.hour': 'Last hour',
  'overview.nothing-due': 'No key waits for its deletion or its material',
  'overview.title': 'Overview',
  'overview.when': 'Deleted on',
} as const
