import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { compact, jsonFault, laidOut } from '../../parts/json-text.ts'
import { useTell } from '../../shell/notices.tsx'
import { CALLS, type Entity, named } from './entity.ts'

/** What a new policy begins with: the use of one key. */
export const ONE_KEY = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'],
        Resource: 'arn:aws:kms:*:*:key/KEY_ID',
      },
    ],
  },
  null,
  2,
)

/** Writes a policy of a user's, role's or group's own, a new one or one that is there. */
export function PutPolicy({
  entity,
  name,
  onDismiss,
}: {
  readonly entity: Entity
  readonly name: string | undefined
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange(CALLS.put[entity.kind])
  const [PolicyName, setName] = useState(name ?? '')
  const [edited, setEdited] = useState<string>()
  const isNew = name === undefined
  const before = useRead(CALLS.get[entity.kind], { ...named(entity), PolicyName }, { when: !isNew })
  const saved = isNew ? ONE_KEY : laidOut(before.data?.output.PolicyDocument ?? '')
  const text = edited ?? saved
  const readable = jsonFault(text) === undefined
  const input = { ...named(entity), PolicyName, PolicyDocument: compact(text) }
  return (
    <ActionModal
      size="large"
      title={isNew ? t('policy.create') : t('edit.of', { what: name })}
      submit={t('save')}
      disabled={PolicyName === '' || !readable}
      error={change.error ?? before.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={CALLS.put[entity.kind]} input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      {isNew && (
        <FormField label={t('policy.name')}>
          <Input
            value={PolicyName}
            onChange={({ detail }) => setName(detail.value.trim())}
            autoFocus
          />
        </FormField>
      )}
      <JsonEditor label={t('policy.text')} value={text} onChange={setEdited} />
    </ActionModal>
  )
}
