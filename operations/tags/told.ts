/** What OpenAPI says of members of operations on tags of keys, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  'TagResourceRequest.Tags': 'Tags to add, or to give new values',
  'Response.Tags': 'The tags of the key',
  TagKeys: 'Names of tags to take away',
}
