import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useRef, useState } from 'react'
import { call } from '../api/call.ts'
import type { Input } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { useSession } from '../session/context.tsx'
import { CommandLine } from './command-line.tsx'
import { Problem } from './problem.tsx'
import { save } from './save.ts'

/** records of a page: the most that ListAuditRecords gives */
const PAGE = 1000

/**
 * Saves every record of a filter, a line of JSON each, newest first, page by page; it can be stopped.
 * @param input without Limit and Marker
 */
export function AuditExport({
  input,
  onDismiss,
}: {
  readonly input: Input<'ListAuditRecords'>
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const session = useSession()
  const [count, setCount] = useState(0)
  const [state, setState] = useState<'asked' | 'running' | 'done'>('asked')
  const [error, setError] = useState<unknown>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  // new records may come meanwhile: what is saved ends with now
  const asked = (): Input<'ListAuditRecords'> => ({
    EndTime: new Date().toISOString(),
    ...input,
    Limit: PAGE,
  })
  const run = async () => {
    const abort = new AbortController()
    const { signal } = abort
    running.current = abort
    setState('running')
    setError(undefined)
    setCount(0)
    try {
      const first = asked()
      // a Blob of Blobs: what is long lies on the browser's disk, not in the tab
      const pages: Blob[] = []
      let records = 0
      let marker: string | undefined
      do {
        const page = { ...first, ...(marker !== undefined && { Marker: marker }) }
        const { output } = await call(session, 'ListAuditRecords', page, { signal })
        pages.push(new Blob(output.Records.map((record) => `${JSON.stringify(record)}\n`)))
        records += output.Records.length
        setCount(records)
        marker = output.NextMarker
      } while (marker !== undefined)
      save('audit.ndjson', new Blob(pages, { type: 'application/x-ndjson' }))
      setState('done')
    } catch (thrown) {
      if (signal.aborted) return
      setError(thrown)
      setState('asked')
    }
  }
  return (
    <Modal
      visible
      header={t('audit.export')}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              {t(state === 'done' ? 'close' : 'cancel')}
            </Button>
            {state !== 'done' && (
              <Button variant="primary" loading={state === 'running'} onClick={() => void run()}>
                {t('audit.export')}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <Problem error={error} />
        <span>{t('audit.export.about')}</span>
        <div aria-live="polite">
          {state === 'running' && (
            <StatusIndicator type="in-progress">
              {t('audit.export.running', { count })}
            </StatusIndicator>
          )}
          {state === 'done' && (
            <StatusIndicator type="success">{t('audit.export.done', { count })}</StatusIndicator>
          )}
        </div>
        <CommandLine operation="ListAuditRecords" input={{ ...input, Limit: PAGE }} />
      </SpaceBetween>
    </Modal>
  )
}
