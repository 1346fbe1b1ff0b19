import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import { useTell } from '../../shell/notices.tsx'

/** as the service takes a Region's name (ReplicateKey, ReplicaRegion) */
const REGION = /^([a-z]+-){2,3}\d+$/

/** Makes a replica of a primary key in another Region, with the same policy as AWS's console does, or the default. */
export function Replicate({
  keyId: KeyId,
  names,
  open,
  description: before,
  onDismiss,
}: {
  readonly keyId: string
  /** the Regions that are suggested */
  readonly names: readonly string[]
  /** whether others can be typed */
  readonly open: boolean
  readonly description: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('ReplicateKey')
  const [region, setRegion] = useState(open ? '' : (names[0] ?? ''))
  const [description, setDescription] = useState(before)
  const [copies, setCopies] = useState(true)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const { data, error } = useRead('GetKeyPolicy', { KeyId }, { when: copies })
  const policy = data?.output.Policy
  const input = {
    KeyId,
    ReplicaRegion: region,
    ...(description !== '' && { Description: description }),
    ...(copies && policy !== undefined && { Policy: policy }),
  }
  const options = names.map((value) => ({ value, label: value }))
  return (
    <ActionModal
      title={t('regions.replicate')}
      submit={t('regions.replicate')}
      size="large"
      disabled={!REGION.test(region) || (copies && policy === undefined)}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="ReplicateKey" input={input} />}
      onSubmit={async () => {
        await change.mutateAsync({ ...input, $: { idempotencyKey } })
        tell({ content: t('regions.replicated', { region }) })
        onDismiss()
      }}
    >
      {t('regions.replicate.description')}
      <FormField label={t('region')}>
        {open ? (
          <Autosuggest
            value={region}
            onChange={({ detail }) => setRegion(detail.value.trim())}
            options={options}
            enteredTextLabel={(value) => t('principals.use', { value })}
            placeholder="eu-central-1"
          />
        ) : (
          <Select
            selectedOption={{ value: region, label: region }}
            options={options}
            onChange={({ detail }) => setRegion(detail.selectedOption.value ?? '')}
          />
        )}
      </FormField>
      <FormField label={t('description')}>
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField label={t('policy')}>
        <RadioGroup
          ariaLabel={t('policy')}
          value={String(copies)}
          onChange={({ detail }) => setCopies(detail.value === 'true')}
          items={[
            {
              value: 'true',
              label: t('regions.policy.same'),
              description: t('regions.policy.same.description'),
            },
            {
              value: 'false',
              label: t('regions.policy.default'),
              description: t('regions.policy.default.description'),
            },
          ]}
        />
      </FormField>
      {copies && <Problem error={error} title={t('policy.not-shown')} />}
    </ActionModal>
  )
}
