import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Result } from '../../parts/result.tsx'

/** Makes a tenant, and shows its first access key: once, as the service tells it once. */
export function CreateTenant({ onDismiss }: { readonly onDismiss: () => void }) {
  const t = useTexts()
  const change = useChange('CreateTenant')
  const [name, setName] = useState('')
  const [externalId, setExternalId] = useState('')
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const input = {
    Name: name.trim(),
    ...(externalId.trim() !== '' && { ExternalId: externalId.trim() }),
  }
  const made = change.data
  if (made !== undefined) {
    return (
      <Modal
        visible
        header={t('tenant.created')}
        onDismiss={onDismiss}
        footer={
          <Box float="right">
            <Button variant="primary" onClick={onDismiss}>
              {t('close')}
            </Button>
          </Box>
        }
      >
        <SpaceBetween size="l">
          <Alert type="warning">{t('secret.once')}</Alert>
          <Result label={t('account')} value={made.AccountId} />
          <Result label={t('access-key.id')} value={made.AccessKey?.AccessKeyId ?? ''} />
          <Result label={t('access-key.secret')} value={made.AccessKey?.SecretAccessKey ?? ''} />
        </SpaceBetween>
      </Modal>
    )
  }
  return (
    <ActionModal
      title={t('tenant.create')}
      submit={t('tenant.create')}
      disabled={input.Name === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="CreateTenant" input={input} />}
      onSubmit={async () => void (await change.mutateAsync({ ...input, $: { idempotencyKey } }))}
    >
      <FormField label={t('tenant.name')}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
      </FormField>
      <FormField label={t('tenant.external-id')} description={t('tenant.external-id.description')}>
        <Input value={externalId} onChange={({ detail }) => setExternalId(detail.value)} />
      </FormField>
    </ActionModal>
  )
}
