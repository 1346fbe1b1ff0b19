import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { useTell } from '../../shell/notices.tsx'
import type { KeyMetadata } from './metadata.ts'

/** days of AWS's rotation period (EnableKeyRotation) */
const [LEAST, MOST, USUAL] = [90, 2560, 365] as const

/** How a key is rotated, when next, and every material it has had. */
export function Rotation({ metadata: { KeyId } }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const [asked, setAsked] = useState<'edit' | 'now'>()
  const { data, error, refetch } = useRead('GetKeyRotationStatus', { KeyId })
  const input = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' as const, Limit: 50 }
  const pages = usePages('ListKeyRotations', input, (page) => page.Rotations)
  const status = data?.output
  const close = () => setAsked(undefined)
  return (
    <SpaceBetween size="l">
      <Problem error={error} title={t('rotation.not-shown')} onRetry={() => void refetch()} />
      {status !== undefined && (
        <Container
          header={
            <Header
              variant="h2"
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button onClick={() => setAsked('edit')}>{t('edit')}</Button>
                  <Button variant="primary" onClick={() => setAsked('now')}>
                    {t('rotation.now')}
                  </Button>
                </SpaceBetween>
              }
            >
              {t('rotation.automatic')}
            </Header>
          }
          footer={<CommandLine operation="GetKeyRotationStatus" input={{ KeyId }} />}
        >
          <KeyValuePairs
            columns={3}
            items={[
              {
                label: t('key.state'),
                value: status.KeyRotationEnabled ? (
                  <StatusIndicator type="success">{t('state.enabled')}</StatusIndicator>
                ) : (
                  <StatusIndicator type="stopped">{t('state.disabled')}</StatusIndicator>
                ),
              },
              {
                label: t('rotation.period'),
                value:
                  status.RotationPeriodInDays === undefined
                    ? '–'
                    : t('days', { count: status.RotationPeriodInDays }),
              },
              { label: t('rotation.next'), value: <Time at={status.NextRotationDate} /> },
            ]}
          />
        </Container>
      )}
      <Listing
        title={t('rotation.history')}
        pages={pages}
        trackBy={({ KeyMaterialId = '' }) => KeyMaterialId}
        none={t('rotation.none')}
        command={<CommandLine operation="ListKeyRotations" input={input} />}
        columns={[
          {
            id: 'material',
            header: t('rotation.material'),
            cell: ({ KeyMaterialId = '–' }) => KeyMaterialId.slice(0, 16),
            isRowHeader: true,
          },
          {
            id: 'state',
            header: t('key.state'),
            cell: ({ KeyMaterialState: state }) =>
              state === 'CURRENT' ? (
                <StatusIndicator type="success">{t('rotation.current')}</StatusIndicator>
              ) : (
                (state ?? '–')
              ),
          },
          {
            id: 'when',
            header: t('rotation.when'),
            cell: ({ RotationDate }) => <Time at={RotationDate} />,
          },
          {
            id: 'type',
            header: t('rotation.type'),
            cell: ({ RotationType = '–' }) => RotationType,
          },
        ]}
      />
      {asked === 'now' && <RotateNow keyId={KeyId} onDismiss={close} />}
      {asked === 'edit' && status !== undefined && (
        <EditRotation
          keyId={KeyId}
          enabled={status.KeyRotationEnabled}
          period={status.RotationPeriodInDays ?? USUAL}
          onDismiss={close}
        />
      )}
    </SpaceBetween>
  )
}

/** Rotates a key at once: to new material of the service's, or to what was imported for that. */
export function RotateNow({
  keyId: KeyId,
  onDismiss,
}: {
  readonly keyId: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('RotateKeyOnDemand')
  return (
    <ActionModal
      title={t('rotation.now')}
      submit={t('rotation.now')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="RotateKeyOnDemand" input={{ KeyId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ KeyId })
        tell({ content: t('rotation.done') })
        onDismiss()
      }}
    >
      {t('rotation.now.description')}
    </ActionModal>
  )
}

function EditRotation({
  keyId: KeyId,
  enabled: before,
  period,
  onDismiss,
}: {
  readonly keyId: string
  readonly enabled: boolean
  readonly period: number
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const enable = useChange('EnableKeyRotation')
  const disable = useChange('DisableKeyRotation')
  const [enabled, setEnabled] = useState(before)
  const [text, setText] = useState(String(period))
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN
  const fits = days >= LEAST && days <= MOST
  const input = { KeyId, RotationPeriodInDays: fits ? days : USUAL }
  return (
    <ActionModal
      title={t('rotation.edit')}
      submit={t('save')}
      disabled={enabled && !fits}
      error={enable.error ?? disable.error}
      busy={enable.isPending || disable.isPending}
      onDismiss={onDismiss}
      command={
        enabled ? (
          <CommandLine operation="EnableKeyRotation" input={input} />
        ) : (
          <CommandLine operation="DisableKeyRotation" input={{ KeyId }} />
        )
      }
      onSubmit={async () => {
        if (enabled) await enable.mutateAsync(input)
        else await disable.mutateAsync({ KeyId })
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <Toggle checked={enabled} onChange={({ detail }) => setEnabled(detail.checked)}>
        {t('rotation.enable')}
      </Toggle>
      {enabled && (
        <FormField
          label={t('rotation.days')}
          description={t('rotation.days.description', { least: LEAST, most: MOST })}
          errorText={fits ? '' : t('rotation.days.description', { least: LEAST, most: MOST })}
        >
          <Input
            type="number"
            inputMode="numeric"
            value={text}
            onChange={({ detail }) => setText(detail.value)}
          />
        </FormField>
      )}
    </ActionModal>
  )
}
