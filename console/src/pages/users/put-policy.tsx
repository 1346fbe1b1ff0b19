import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { compact, jsonFault, laidOut } from '../../parts/json-text.ts'
import { useTell } from '../../shell/notices.tsx'

/** managed policies that are offered at most */
const OFFERED = 1000

/** Attaches a managed policy to a user. */
export function AttachPolicy({
  user: UserName,
  onDismiss,
}: {
  readonly user: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('IamAttachUserPolicy')
  const [PolicyArn, setArn] = useState('')
  const { data, isPending } = useRead('IamListPolicies', { MaxItems: OFFERED })
  const options = (data?.output.Policies ?? []).map(({ PolicyName, Arn }) => ({
    ...{ value: Arn, label: PolicyName, description: Arn },
  }))
  return (
    <ActionModal
      title={t('policy.attach')}
      submit={t('policy.attach')}
      disabled={PolicyArn === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamAttachUserPolicy" input={{ UserName, PolicyArn }} />}
      onSubmit={async () => {
        await change.mutateAsync({ UserName, PolicyArn })
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField label={t('policy.name')}>
        <Select
          ariaLabel={t('policy.name')}
          selectedOption={options.find(({ value }) => value === PolicyArn) ?? null}
          options={options}
          onChange={({ detail }) => setArn(detail.selectedOption.value ?? '')}
          filteringType="auto"
          placeholder={t('policy.choose')}
          statusType={isPending ? 'loading' : 'finished'}
          loadingText={t('loading')}
          empty={t('policies.none')}
        />
      </FormField>
    </ActionModal>
  )
}

const ONE_KEY = JSON.stringify(
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

/** Writes a policy of the user's own, a new one or one that is there. */
export function PutPolicy({
  user: UserName,
  name,
  onDismiss,
}: {
  readonly user: string
  readonly name: string | undefined
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('IamPutUserPolicy')
  const [PolicyName, setName] = useState(name ?? '')
  const [edited, setEdited] = useState<string>()
  const isNew = name === undefined
  const before = useRead('IamGetUserPolicy', { UserName, PolicyName }, { when: !isNew })
  const saved = isNew ? ONE_KEY : laidOut(before.data?.output.PolicyDocument ?? '')
  const text = edited ?? saved
  const readable = jsonFault(text) === undefined
  const input = {
    ...{ UserName, PolicyName },
    PolicyDocument: readable ? compact(text) : text,
  }
  return (
    <ActionModal
      size="large"
      title={isNew ? t('policy.create') : t('edit.of', { what: name })}
      submit={t('save')}
      disabled={PolicyName === '' || !readable}
      error={change.error ?? before.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamPutUserPolicy" input={input} />}
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
