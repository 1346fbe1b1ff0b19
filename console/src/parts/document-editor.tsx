import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { useChange } from '../api/queries.ts'
import type { Input, OperationName } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { useTell } from '../shell/notices.tsx'
import { ActionModal } from './action-modal.tsx'
import { CommandLine } from './command-line.tsx'
import { Diff } from './diff.tsx'
import { JsonEditor } from './json-editor.tsx'
import { compact, jsonFault, laidOut } from './json-text.ts'
import { Problem } from './problem.tsx'

/** A policy document: read, edited, compared before it is saved, and refused in AWS's words beside the text. */
export function DocumentEditor<N extends OperationName>({
  title,
  description,
  document,
  command,
  operation,
  inputOf,
  options,
}: {
  readonly title: string
  readonly description?: string
  /** as it is saved */
  readonly document: string
  /** the line that reads it */
  readonly command: ReactNode
  /** what saves it; without it the text is only read */
  readonly operation: N | undefined
  readonly inputOf: (document: string) => Input<N>
  /** what is asked beside the comparison */
  readonly options?: ReactNode
}) {
  const t = useTexts()
  const [edited, setEdited] = useState<string>()
  const [comparing, setComparing] = useState(false)
  const [error, setError] = useState<unknown>()
  const saved = laidOut(document)
  const text = edited ?? saved
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={description}
          actions={
            operation === undefined ? undefined : edited === undefined ? (
              <Button onClick={() => setEdited(saved)}>{t('edit')}</Button>
            ) : (
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  variant="link"
                  onClick={() => {
                    setEdited(undefined)
                    setError(undefined)
                  }}
                >
                  {t('cancel')}
                </Button>
                <Button
                  variant="primary"
                  disabled={jsonFault(text) !== undefined || text === saved}
                  onClick={() => {
                    setError(undefined)
                    setComparing(true)
                  }}
                >
                  {t('policy.compare')}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {title}
        </Header>
      }
      footer={command}
    >
      <SpaceBetween size="l">
        <Problem error={error} title={t('policy.not-saved')} />
        <JsonEditor
          label={t('policy.text')}
          value={text}
          {...(edited !== undefined && { onChange: setEdited })}
        />
      </SpaceBetween>
      {comparing && operation !== undefined && (
        <Compare
          operation={operation}
          input={inputOf(compact(text))}
          from={saved}
          to={laidOut(text)}
          options={options}
          onDismiss={() => setComparing(false)}
          onSaved={() => setEdited(undefined)}
          onRefused={setError}
        />
      )}
    </Container>
  )
}

/** What changes, and the save. */
function Compare<N extends OperationName>({
  operation,
  input,
  from,
  to,
  options,
  onDismiss,
  onSaved,
  onRefused,
}: {
  readonly operation: N
  readonly input: Input<N>
  readonly from: string
  readonly to: string
  readonly options: ReactNode
  readonly onDismiss: () => void
  readonly onSaved: () => void
  /** what it was refused for is told beside the text */
  readonly onRefused: (error: unknown) => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange(operation)
  return (
    <ActionModal
      size="large"
      title={t('policy.compare.title')}
      submit={t('save')}
      error={undefined}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={operation} input={input} />}
      onSubmit={async () => {
        try {
          await change.mutateAsync({ ...input })
          tell({ content: t('policy.saved') })
          onSaved()
        } catch (error) {
          onRefused(error)
        }
        onDismiss()
      }}
    >
      {options}
      <Diff from={from} to={to} />
    </ActionModal>
  )
}
