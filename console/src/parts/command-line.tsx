import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import type { Input, OperationName } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { commandOf } from './aws-line.ts'

/** The line that does the same in a shell, to copy. Every action of a page shows its own. */
export function CommandLine<N extends OperationName>({
  operation,
  input,
  hidden = [],
}: {
  readonly operation: N
  readonly input: Input<N>
  /** members whose values are shown by their names alone: plaintexts, codes */
  readonly hidden?: readonly (keyof Input<N> & string)[]
}) {
  return <ShellLine line={commandOf(operation, input, hidden)} />
}

/** A line for a shell, to copy. */
export function ShellLine({ line }: { readonly line: string }) {
  const t = useTexts()
  return (
    <div className="command-line">
      <CopyToClipboard
        variant="icon"
        textToCopy={line}
        copyButtonAriaLabel={t('command.copy')}
        copySuccessText={t('copied')}
        copyErrorText={t('copy.failed')}
      />
      <Box variant="code">{line}</Box>
    </div>
  )
}
