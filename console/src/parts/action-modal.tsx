import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useRef, useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { useTell } from '../shell/notices.tsx'
import { Problem } from './problem.tsx'

/**
 * Asks for what an action needs, shows its command, and does it, one time at once. It closes when it is done; of an
 * action that fails after it was closed, the page tells.
 */
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
  const tell = useTell()
  const [isRunning, setRunning] = useState(false)
  const [thrown, setThrown] = useState<unknown>()
  const isClosed = useRef(false)
  const isBusy = busy || isRunning

  const run = async () => {
    setRunning(true)
    setThrown(undefined)
    try {
      await onSubmit()
    } catch (problem) {
      setThrown(problem)
      if (isClosed.current) {
        tell({ type: 'error', content: <Problem error={problem} title={title} /> })
      }
    } finally {
      setRunning(false)
    }
  }
  const close = () => {
    isClosed.current = true
    onDismiss()
  }
  return (
    <Modal
      visible
      size={size}
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              variant="primary"
              loading={isBusy}
              disabled={disabled}
              onClick={() => void run()}
            >
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isBusy && !disabled) void run()
        }}
      >
        <SpaceBetween size="l">
          <Problem error={error ?? thrown} />
          {children}
          {command}
        </SpaceBetween>
      </form>
    </Modal>
  )
}
