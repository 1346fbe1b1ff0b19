import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { Problem } from './problem.tsx'

/** Asks for what an action needs, shows its command, and does it. It closes when it is done. */
export function ActionModal({
  title,
  submit,
  onSubmit,
  onDismiss,
  error,
  busy,
  disabled = false,
  size = 'medium',
  command,
  children,
}: {
  readonly title: string
  /** what the button says that does it */
  readonly submit: string
  readonly onSubmit: () => Promise<void>
  readonly onDismiss: () => void
  readonly error: unknown
  readonly busy: boolean
  readonly disabled?: boolean
  readonly size?: 'medium' | 'large'
  /** the line that does the same */
  readonly command?: ReactNode
  readonly children?: ReactNode
}) {
  const t = useTexts()
  // the refusal is shown by `error`; it must not be told twice
  const run = () => void onSubmit().catch(() => {})
  return (
    <Modal
      visible
      size={size}
      header={title}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              {t('cancel')}
            </Button>
            <Button variant="primary" loading={busy} disabled={disabled} onClick={run}>
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && !disabled) run()
        }}
      >
        <SpaceBetween size="l">
          <Problem error={error} />
          {children}
          {command}
        </SpaceBetween>
      </form>
    </Modal>
  )
}
