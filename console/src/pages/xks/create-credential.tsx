import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useState } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import { useSession } from '../../session/context.tsx'
import { ShownCredential } from './made-credential.tsx'
import { newRole, principalOf, ROLE, storeLine } from './xks.ts'

/** users and roles that are suggested; others are typed */
const SUGGESTED = 100

/** Makes a path for an external key store of AWS KMS and its first credential, whose secret is shown once. */
export function CreateCredential({
  account: AccountId,
  onDismiss,
}: {
  readonly account: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const { service, region } = useSession()
  const createPrincipal = useChange('CreatePrincipal')
  const change = useChange('CreateXksCredential')
  const principals = useRead('ListPrincipals', { AccountId, Limit: SUGGESTED })
  const [makes, setMakes] = useState<boolean>()
  const [text, setText] = useState('')
  const known = (principals.data?.output.Principals ?? []).map(
    ({ Type, Name }) => `${Type}/${Name}`,
  )
  // a role of that name is there, or was made by a try before this one: it is chosen, not made
  const isThere = known.includes(`role/${ROLE}`)
  const making = (makes ?? !isThere) && !isThere
  const named = making ? principalOf(`role/${ROLE}`) : principalOf(text)
  const title = t('xks.create')
  if (change.data !== undefined) {
    return (
      <ShownCredential
        made={change.data}
        title={title}
        line={storeLine(service, change.data)}
        onDismiss={onDismiss}
      />
    )
  }
  const role = newRole(AccountId)
  return (
    <ActionModal
      title={title}
      submit={title}
      size="large"
      disabled={named === undefined || principals.isPending}
      error={createPrincipal.error ?? change.error}
      busy={createPrincipal.isPending || change.isPending}
      onDismiss={onDismiss}
      command={
        <>
          {making && <CommandLine operation="CreatePrincipal" input={role} />}
          {named !== undefined && (
            <CommandLine operation="CreateXksCredential" input={{ AccountId, ...named }} />
          )}
        </>
      }
      onSubmit={async () => {
        if (named === undefined) return
        if (making) {
          await createPrincipal.mutateAsync(role)
          // should the next call fail, it is made again for the role that is there now
          setText(`role/${ROLE}`)
        }
        await change.mutateAsync({ AccountId, ...named })
      }}
    >
      {t('xks.create.description', { region })}
      <Problem
        error={principals.error}
        title={t('not-listed')}
        onRetry={() => void principals.refetch()}
      />
      <FormField label={t('xks.principal')} description={t('xks.principal.description')}>
        <RadioGroup
          ariaLabel={t('xks.principal')}
          value={String(making)}
          onChange={({ detail }) => setMakes(detail.value === 'true')}
          items={[
            {
              value: 'true',
              label: t('xks.role', { role: ROLE }),
              description: t(isThere ? 'xks.role.there' : 'xks.role.description'),
              disabled: isThere,
            },
            { value: 'false', label: t('xks.existing') },
          ]}
        />
      </FormField>
      {!making && (
        <FormField
          label={t('xks.existing')}
          errorText={text !== '' && named === undefined ? t('xks.existing.wrong') : ''}
        >
          <Autosuggest
            value={text}
            onChange={({ detail }) => setText(detail.value.trim())}
            options={known.map((value) => ({ value }))}
            enteredTextLabel={(value) => t('principals.use', { value })}
            placeholder="role/s3-only"
            statusType={principals.isPending ? 'loading' : 'finished'}
            loadingText={t('loading')}
          />
        </FormField>
      )}
    </ActionModal>
  )
}
