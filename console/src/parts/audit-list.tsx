import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { type ReactNode, useState } from 'react'
import { usePages } from '../api/pages.ts'
import type { Input } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { AuditExport } from './audit-export.tsx'
import { type AuditEvent, AuditRecord, Outcome, whoCalled } from './audit-record.tsx'
import { CommandLine } from './command-line.tsx'
import { Listing } from './listing.tsx'
import { Time } from './time.tsx'

/** ms after which new records are looked for, while the list is shown */
const FRESH = 30_000

/** Whether somebody only looked, as every page of a console does, and was let. */
const isLook = ({ eventName, errorCode }: AuditEvent): boolean =>
  errorCode === undefined && /^(Describe|Get|List)/.test(eventName)

/** Why a call was let or refused: by the decision that refused it, else by the last. */
const decidedBy = ({ additionalEventData }: AuditEvent): string | undefined => {
  const decisions = additionalEventData?.decisions ?? []
  return (decisions.find(({ allowed }) => !allowed) ?? decisions.at(-1))?.reason
}

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
  const [exporting, setExporting] = useState(false)
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
              onClick={() => setExporting(true)}
            >
              {t('audit.export')}
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
            cell: whoCalled,
          },
          { id: 'outcome', header: t('audit.outcome'), cell: Outcome },
          {
            id: 'decided',
            header: t('audit.decided'),
            cell: (record) => decidedBy(record) ?? '–',
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
      {exporting && (
        <AuditExport input={{ ...input, Limit: undefined }} onDismiss={() => setExporting(false)} />
      )}
    </>
  )
}
