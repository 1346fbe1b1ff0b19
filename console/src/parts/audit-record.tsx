import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { Output } from '../api/request.ts'
import { useTexts } from '../i18n/texts.tsx'
import { JsonText } from './json-editor.tsx'
import { Time } from './time.tsx'

export type AuditEvent = Output<'ListAuditRecords'>['Records'][number]

/** Who called: an ARN where there is one, else the service or the account. */
export const whoCalled = ({ userIdentity: { arn, invokedBy, accountId } }: AuditEvent): string =>
  arn ?? invokedBy ?? accountId

/** What came of a call: that it was done, or what it was refused with. */
export function Outcome({ errorCode, errorMessage }: AuditEvent) {
  const t = useTexts()
  return errorCode === undefined ? (
    <StatusIndicator type="success">{t('audit.done')}</StatusIndicator>
  ) : (
    <>
      <StatusIndicator type="error">{errorCode}</StatusIndicator>
      {errorMessage !== undefined && <div>{errorMessage}</div>}
    </>
  )
}

/** A record: the call in words, what decided it, and the whole as the trail has it. */
export function AuditRecord({
  record,
  onDismiss,
}: {
  readonly record: AuditEvent
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const decisions = record.additionalEventData?.decisions ?? []
  const facts = [
    { label: t('audit.when'), value: <Time at={record.eventTime} /> },
    { label: t('audit.who'), value: whoCalled(record) },
    { label: t('audit.outcome'), value: <Outcome {...record} /> },
    { label: t('audit.address'), value: record.sourceIPAddress },
    { label: t('region'), value: record.awsRegion },
    { label: t('problem.request'), value: record.requestID ?? '–' },
  ]
  return (
    <Modal visible size="large" header={record.eventName} onDismiss={onDismiss}>
      <SpaceBetween size="l">
        <KeyValuePairs columns={3} items={facts} />
        {decisions.length > 0 && (
          <Table
            variant="embedded"
            ariaLabels={{ tableLabel: t('audit.decided') }}
            items={decisions.map((one, index) => ({ ...one, index }))}
            trackBy={({ index }) => String(index)}
            wrapLines
            columnDefinitions={[
              {
                id: 'action',
                header: t('explain.action'),
                cell: ({ action }) => action,
                isRowHeader: true,
              },
              {
                id: 'reason',
                header: t('audit.decided'),
                cell: ({ allowed, reason }) => (
                  <StatusIndicator type={allowed ? 'success' : 'error'}>
                    {reason ?? t(allowed ? 'audit.allowed' : 'audit.denied')}
                  </StatusIndicator>
                ),
              },
            ]}
          />
        )}
        <pre className="policy-text">
          <JsonText text={JSON.stringify(record, null, 2)} />
        </pre>
      </SpaceBetween>
    </Modal>
  )
}
