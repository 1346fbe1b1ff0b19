import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Remaining, Time } from '../../parts/time.tsx'
import { useTell } from '../../shell/notices.tsx'
import { LastUse } from '../keys/last-use.tsx'
import type { KeyMetadata } from './metadata.ts'

/** days of AWS's waiting period (ScheduleKeyDeletion) */
const [LEAST, MOST, USUAL] = [7, 30, 30] as const

interface Props {
  readonly metadata: KeyMetadata
  readonly onDismiss: () => void
}

/** Schedules a key's deletion: who does it sees first when the key was last used. */
export function ScheduleDeletion({ metadata: { KeyId }, onDismiss }: Props) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('ScheduleKeyDeletion')
  const [text, setText] = useState(String(USUAL))
  const [sure, setSure] = useState(false)
  const days = /^\d{1,2}$/.test(text.trim()) ? Number(text) : Number.NaN
  const fits = days >= LEAST && days <= MOST
  const input = { KeyId, PendingWindowInDays: fits ? days : USUAL }
  return (
    <ActionModal
      title={t('deletion.schedule')}
      submit={t('deletion.schedule')}
      disabled={!fits || !sure}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="ScheduleKeyDeletion" input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('deletion.scheduled', { key: KeyId }) })
        onDismiss()
      }}
    >
      <Alert type="warning">{t('deletion.warning')}</Alert>
      <Box>
        <Box variant="awsui-key-label">{t('key.last-use')}</Box>
        <LastUse keyId={KeyId} />
      </Box>
      <FormField
        label={t('deletion.days')}
        description={t('deletion.days.description', { least: LEAST, most: MOST })}
        errorText={fits ? '' : t('deletion.days.wrong', { least: LEAST, most: MOST })}
      >
        <Input
          type="number"
          inputMode="numeric"
          value={text}
          onChange={({ detail }) => setText(detail.value)}
        />
      </FormField>
      <Checkbox checked={sure} onChange={({ detail }) => setSure(detail.checked)}>
        {t('deletion.sure', { days: input.PendingWindowInDays })}
      </Checkbox>
    </ActionModal>
  )
}

/** Calls a scheduled deletion off. */
export function CancelDeletion({ metadata: { KeyId }, onDismiss }: Props) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('CancelKeyDeletion')
  return (
    <ActionModal
      title={t('deletion.cancel')}
      submit={t('deletion.cancel')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="CancelKeyDeletion" input={{ KeyId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ KeyId })
        tell({ content: t('deletion.canceled', { key: KeyId }) })
        onDismiss()
      }}
    >
      {t('deletion.cancel.description')}
    </ActionModal>
  )
}

/** Tells above a key's page that it will be deleted, when, and how to call that off. */
export function DeletionNotice({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const [canceling, setCanceling] = useState(false)
  const { DeletionDate: date, KeyState: state } = metadata
  if (state !== 'PendingDeletion' && state !== 'PendingReplicaDeletion') return null
  return (
    <>
      <Alert
        type="warning"
        header={t('state.pending-deletion')}
        action={<Button onClick={() => setCanceling(true)}>{t('deletion.cancel')}</Button>}
      >
        {date === undefined ? (
          t('deletion.after-replicas')
        ) : (
          <>
            {t('deletion.at')} <Time at={date} /> (<Remaining until={date} />)
          </>
        )}
      </Alert>
      {canceling && <CancelDeletion metadata={metadata} onDismiss={() => setCanceling(false)} />}
    </>
  )
}
