import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { type ReactNode, useState } from 'react'
import { usePages } from '../api/pages.ts'
import type { Input, Output } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { CommandLine } from './command-line.tsx'
import { JsonText } from './json-editor.tsx'
import { Listing } from './listing.tsx'
import { Time } from './time.tsx'

/** ms after which new records are looked for, while the list is shown */
const FRESH = 30_000

type AuditEvent = Output<'ListAuditRecords'>['Records'][number]

/** Whether somebody only looked, as every page of a console does, and was let. */
const isLook = ({ eventName, errorCode }: AuditEvent): boolean =>
  errorCode === undefined && /^(Describe|Get|List)/.test(eventName)

/** Audit records, newest first: what was called, by whom, what came of it, and the whole record on demand. */
export function AuditList({
  title,
  input,
  filter,
  variant = 'container',
}: {
  readonly title: string
  readonly input: Input<'ListAuditRecords'>
  readonly filter?: ReactNode
  readonly variant?: 'container' | 'full-page'
}) {
  const t = useTexts()
  const [shown, setShown] = useState<AuditEvent>()
  const [all, setAll] = useState(false)
  const pages = usePages(
    'ListAuditRecords',
    input,
    ({ Records }) => (all ? Records : Records.filter((one) => !isLook(one))),
    { every: FRESH },
  )
  return (
    <>
      <Listing
        title={title}
        description={t('audit.description')}
        variant={variant}
        filter={filter}
        pages={pages}
        actions={
          <SpaceBetween direction="horizontal" size="m" alignItems="center">
            <Toggle checked={all} onChange={({ detail }) => setAll(detail.checked)}>
              {t('audit.all')}
            </Toggle>
            <Button
              iconName="download"
              disabled={pages.items.length === 0}
              onClick={() => download(pages.items)}
            >
              {t('audit.download')}
            </Button>
          </SpaceBetween>
        }
        trackBy="eventID"
        none={t('audit.none')}
        command={<CommandLine operation="ListAuditRecords" input={input} />}
        columns={[
          {
            id: 'when',
            header: t('audit.when'),
            cell: ({ eventTime }) => <Time at={eventTime} />,
          },
          {
            id: 'what',
            header: t('audit.what'),
            cell: ({ eventName }) => eventName,
            isRowHeader: true,
          },
          {
            id: 'who',
            header: t('audit.who'),
            cell: ({ userIdentity: { arn, invokedBy, accountId } }) =>
              arn ?? invokedBy ?? accountId,
          },
          {
            id: 'outcome',
            header: t('audit.outcome'),
            cell: ({ errorCode, errorMessage }) =>
              errorCode === undefined ? (
                <StatusIndicator type="success">{t('audit.done')}</StatusIndicator>
              ) : (
                <>
                  <StatusIndicator type="error">{errorCode}</StatusIndicator>
                  {errorMessage !== undefined && <div>{errorMessage}</div>}
                </>
              ),
          },
          {
            id: 'record',
            header: t('audit.record'),
            cell: (record) => (
              <Button
                variant="inline-link"
                ariaLabel={t('audit.show.of', { event: record.eventName, id: record.eventID })}
                onClick={() => setShown(record)}
              >
                {t('audit.show')}
              </Button>
            ),
          },
        ]}
      />
      {shown !== undefined && <AuditRecord record={shown} onDismiss={() => setShown(undefined)} />}
    </>
  )
}

/** Saves the records that are listed, a line of JSON each. */
function download(records: readonly AuditEvent[]): void {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(lines, { type: 'application/x-ndjson' }))
  link.download = 'audit.ndjson'
  link.click()
  URL.revokeObjectURL(link.href)
}

/** A record as the trail has it. */
function AuditRecord({
  record,
  onDismiss,
}: {
  readonly record: AuditEvent
  readonly onDismiss: () => void
}) {
  return (
    <Modal visible size="large" header={record.eventName} onDismiss={onDismiss}>
      <pre className="policy-text">
        <JsonText text={JSON.stringify(record, null, 2)} />
      </pre>
    </Modal>
  )
}
