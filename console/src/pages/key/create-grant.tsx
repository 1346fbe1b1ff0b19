import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Input as CallInput } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { useTell } from '../../shell/notices.tsx'
import type { KeyMetadata } from './metadata.ts'

type Operation = CallInput<'CreateGrant'>['Operations'][number]

const COMMON: readonly Operation[] = ['DescribeKey', 'CreateGrant', 'RetireGrant']
const PUBLIC: readonly Operation[] = ['GetPublicKey']
/** what a grant can permit on a key of each usage */
const OPERATIONS: ReadonlyMap<string, readonly Operation[]> = new Map([
  ['ENCRYPT_DECRYPT', ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo']],
  ['SIGN_VERIFY', ['Sign', 'Verify', ...PUBLIC]],
  ['GENERATE_VERIFY_MAC', ['GenerateMac', 'VerifyMac']],
  ['KEY_AGREEMENT', ['DeriveSharedSecret', ...PUBLIC]],
  ['ENCAPSULATE_DECAPSULATE', ['Encapsulate', 'Decapsulate', ...PUBLIC]],
])
const DATA_KEYS: readonly Operation[] = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
]

const operationsOf = ({ KeyUsage, KeySpec }: KeyMetadata): readonly Operation[] => [
  ...(OPERATIONS.get(KeyUsage ?? '') ?? []),
  ...(KeySpec === 'SYMMETRIC_DEFAULT' ? DATA_KEYS : []),
  ...(KeyUsage === 'ENCRYPT_DECRYPT' && KeySpec !== 'SYMMETRIC_DEFAULT' ? PUBLIC : []),
  ...COMMON,
]

/** Grants somebody the use of a key. */
export function CreateGrant({
  metadata,
  onDismiss,
}: {
  readonly metadata: KeyMetadata
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('CreateGrant')
  const [grantee, setGrantee] = useState('')
  const [name, setName] = useState('')
  const [operations, setOperations] = useState<readonly Operation[]>([])
  const [context, setContext] = useState<readonly { key: string; value: string }[]>([])
  const known = operationsOf(metadata)
  const input: CallInput<'CreateGrant'> = {
    KeyId: metadata.KeyId,
    GranteePrincipal: grantee.trim(),
    Operations: operations,
    ...(name !== '' && { Name: name }),
    ...(context.length > 0 && {
      Constraints: {
        EncryptionContextSubset: Object.fromEntries(context.map(({ key, value }) => [key, value])),
      },
    }),
  }
  return (
    <ActionModal
      title={t('grant.create')}
      submit={t('grant.create')}
      disabled={input.GranteePrincipal === '' || operations.length === 0}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="CreateGrant" input={input} />}
      onSubmit={async () => {
        const { GrantId } = await change.mutateAsync(input)
        tell({ content: t('grant.created', { grant: GrantId ?? '' }) })
        onDismiss()
      }}
    >
      <FormField label={t('grant.grantee')} description={t('grant.grantee.description')}>
        <Input value={grantee} onChange={({ detail }) => setGrantee(detail.value)} autoFocus />
      </FormField>
      <FormField label={t('grant.operations')}>
        <Multiselect
          ariaLabel={t('grant.operations')}
          selectedOptions={operations.map((value) => ({ value, label: value }))}
          options={known.map((value) => ({ value, label: value }))}
          onChange={({ detail }) => {
            const chosen = new Set(detail.selectedOptions.map(({ value }) => value))
            setOperations(known.filter((one) => chosen.has(one)))
          }}
          placeholder={t('grant.operations.choose')}
          deselectAriaLabel={({ label }) => t('tags.remove', { key: label ?? '' })}
        />
      </FormField>
      <FormField label={t('grant.context')} description={t('grant.context.description')}>
        <TagsField
          tags={context}
          onChange={setContext}
          add={t('context.add')}
          none={t('context.none')}
        />
      </FormField>
      <FormField label={t('grant.name')}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </ActionModal>
  )
}
