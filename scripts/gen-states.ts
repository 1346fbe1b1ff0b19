import { KEY_STATE_TABLE, KEY_STATES, type StateRule } from '../core/key/state.ts'

/** docs/key-states.md: the key-state table, as the operations' records are checked against it. */
export function keyStatesSource(): string {
  const names = [...KEY_STATE_TABLE.keys()].sort()
  const rows = names.map((name) => `| ${name} | ${cells(KEY_STATE_TABLE.get(name)).join(' | ')} |`)
  return `<!-- Written by npm run gen. Do not edit. -->
# Key states

What the state of a key does to each operation, as in AWS's
[key-state table](https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html#key-state-table):
**yes**, it is let through; **?**, it is let through and the key's origin or kind decides; **no**, it
is refused. A disabled key is refused with \`DisabledException\` where AWS's model of the operation has
it, every other state with \`KMSInvalidStateException\`.

| Operation | ${KEY_STATES.join(' | ')} |
|---|${KEY_STATES.map(() => '---').join('|')}|
${rows.join('\n')}
`
}

function cells(rule: StateRule | undefined): string[] {
  return KEY_STATES.map((state) => {
    if (rule?.states.includes(state) !== true) return 'no'
    return rule.depends?.includes(state) === true ? '?' : 'yes'
  })
}
