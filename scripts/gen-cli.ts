import {
  byGroup,
  cell,
  type ListedCommand,
  listedCommands,
  optionsOf,
  usageOf,
} from './command-list.ts'

/** docs/cli.md: every command of the program, under the headings of its --help. */
export function cliPage(): string {
  const listed = listedCommands()
  return [
    '<!-- Written by npm run gen, from the program. -->',
    '# The command line',
    INTRODUCTION,
    ...byGroup(listed).flatMap(([heading, commands]) => [
      `## ${heading}`,
      ...commands.flatMap(sectionOf),
    ]),
  ].join('\n\n')
}

const INTRODUCTION = `Every command of \`tenkey\`: by \`npx tenkey\` where the package is installed, by \`npm run -s tenkey --\` in the repository. \`tenkey <command> --help\` says the same.

It ends with 0; with 1 where what was asked could not be done, with 2 where it can't be understood, each with one line on standard error. Results go to standard output: with \`--json\` as one JSON document (lists as an array, \`audit --follow\` and \`tail\` as a line of JSON for each record), which is what programs are to read; without it as text for people, which may change.

\`\`\`sh
tenkey tenant list --json | jq -r '.[] | select(.status == "suspended") | .accountId'
\`\`\`

A secret that a command makes (\`tenant create\`, \`access-key create\`, \`principal create --access-key\`, \`session create\`, \`xks credential create\`) is printed to standard output, this once, into files and pipes too, as \`aws iam create-access-key\` does it: nothing else has it, and scripts take it with \`--json\`. Let no log have that output. A server's own output is a log: its first start shows the first tenant's secret to a terminal alone, and has it in a file of mode 0600. \`tenkey seed\` is made for pipelines, whose output is kept: it writes secrets to the file of \`--credentials\` alone.

Colours are for terminals alone: \`NO_COLOR\` takes them away there, \`FORCE_COLOR\` gives them to other output too; JSON never has any. Long work tells on standard error how far it is, on a terminal alone.

The server is found by \`TENKEY_ENDPOINT\`, else at \`TENKEY_HOST\` and \`TENKEY_PORT\`; the operator's credential in \`TENKEY_OPERATOR_ACCESS_KEY_ID\` and \`TENKEY_OPERATOR_SECRET_ACCESS_KEY\`, else in the data folder (\`TENKEY_DATA\`).`

function sectionOf(listed: ListedCommand): string[] {
  const options = optionsOf(listed)
  const rows = options.map(({ flags, description, argChoices }) => {
    const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`
    return `| \`${flags}\` | ${cell(description + choices)} |`
  })
  const table = ['| Option | |', '|---|---|', ...rows].join('\n')
  return [
    `### tenkey ${listed.name}`,
    `\`\`\`\ntenkey ${usageOf(listed)}${options.length > 0 ? ' [options]' : ''}\n\`\`\``,
    listed.description,
    ...(rows.length > 0 ? [table] : []),
  ]
}
