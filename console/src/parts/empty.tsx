import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'

/** What a list shows that has nothing in it. */
export function Empty({
  title,
  text,
  action,
}: {
  readonly title: string
  readonly text?: string
  readonly action?: ReactNode
}) {
  return (
    <Box textAlign="center" color="inherit" margin={{ vertical: 'xs' }}>
      <SpaceBetween size="xs">
        <b>{title}</b>
        {text !== undefined && (
          <Box variant="p" color="inherit">
            {text}
          </Box>
        )}
        {action}
      </SpaceBetween>
    </Box>
  )
}
