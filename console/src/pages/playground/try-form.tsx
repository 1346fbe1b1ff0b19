import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { Problem } from '../../parts/problem.tsx'

/** A call to try: what it needs, the line that does the same, the button, and what it answered. */
export function TryForm({
  children,
  command,
  submit,
  onSubmit,
  disabled,
  busy,
  error,
  more,
  answer,
}: {
  /** the fields */
  readonly children: ReactNode
  readonly command: ReactNode
  /** what the button says */
  readonly submit: string
  readonly onSubmit: () => void
  readonly disabled: boolean
  readonly busy: boolean
  readonly error: unknown
  /** another button, before the first */
  readonly more?: ReactNode
  /** what was answered; nothing until then */
  readonly answer?: ReactNode
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!disabled && !busy) onSubmit()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {more}
            <Button variant="primary" formAction="submit" disabled={disabled} loading={busy}>
              {submit}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container footer={<SpaceBetween size="xs">{command}</SpaceBetween>}>
            <SpaceBetween size="l">{children}</SpaceBetween>
          </Container>
          <Problem error={error} />
          {answer !== undefined && (
            <Container>
              <SpaceBetween size="m">{answer}</SpaceBetween>
            </Container>
          )}
        </SpaceBetween>
      </Form>
    </form>
  )
}
