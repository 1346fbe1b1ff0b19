import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TokenGroup from '@cloudscape-design/components/token-group'
import { useState } from 'react'
import { useRead } from '../api/queries.ts'
import { useTexts } from '../i18n/texts.tsx'

/** users and roles that are suggested at most; others are typed */
const SUGGESTED = 1000

const nameIn = (arn: string) => arn.slice(arn.indexOf(':', arn.indexOf('::') + 2) + 1)

/** Chooses principals: users and roles of the account are suggested, any ARN can be typed. */
export function PrincipalsField({
  label,
  description,
  arns,
  onChange,
}: {
  readonly label: string
  readonly description?: string
  readonly arns: readonly string[]
  readonly onChange: (arns: readonly string[]) => void
}) {
  const t = useTexts()
  const [text, setText] = useState('')
  const users = useRead('IamListUsers', { MaxItems: SUGGESTED })
  const roles = useRead('IamListRoles', { MaxItems: SUGGESTED })
  const known = [...(users.data?.output.Users ?? []), ...(roles.data?.output.Roles ?? [])]
    .map(({ Arn }) => Arn)
    .filter((arn) => !arns.includes(arn))
  const add = (value: string) => {
    const arn = value.trim()
    if (arn !== '' && !arns.includes(arn)) onChange([...arns, arn])
    setText('')
  }
  return (
    <FormField label={label} description={description}>
      <SpaceBetween size="xs">
        <Autosuggest
          ariaLabel={label}
          value={text}
          onChange={({ detail }) => setText(detail.value)}
          onSelect={({ detail }) => add(detail.value)}
          onKeyDown={({ detail }) => {
            // Enter on what is typed, which no suggestion stands for
            if (detail.key === 'Enter' && text.startsWith('arn:')) add(text)
          }}
          options={known.map((arn) => ({ value: arn, label: nameIn(arn), description: arn }))}
          placeholder={t('principals.placeholder')}
          enteredTextLabel={(value) => t('principals.use', { value })}
          statusType={users.isPending || roles.isPending ? 'loading' : 'finished'}
          loadingText={t('principals.loading')}
          empty={t('principals.none')}
        />
        <TokenGroup
          items={arns.map((arn) => ({
            label: nameIn(arn),
            description: arn,
            dismissLabel: t('principals.remove', { arn }),
          }))}
          onDismiss={({ detail }) => onChange(arns.filter((_, at) => at !== detail.itemIndex))}
        />
      </SpaceBetween>
    </FormField>
  )
}
