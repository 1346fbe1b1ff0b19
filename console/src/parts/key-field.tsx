import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import { useRead } from '../api/queries.ts'
import { useTexts } from '../i18n/texts.tsx'

/** aliases that are suggested; others are typed */
const SUGGESTED = 100

/** Names a key by its alias, which is suggested, or by id or ARN. */
export function KeyField({
  keyId,
  onChange,
  label,
  description,
  errorText = '',
}: {
  readonly keyId: string
  readonly onChange: (keyId: string) => void
  /** `Key` unless given */
  readonly label?: string
  readonly description?: string
  /** what is wrong with the key that is named */
  readonly errorText?: string
}) {
  const t = useTexts()
  const { data, isPending } = useRead('ListAliases', { Limit: SUGGESTED })
  const aliases = data?.output.Aliases ?? []
  return (
    <FormField
      label={label ?? t('key')}
      description={description ?? t('key.names')}
      errorText={errorText}
    >
      <Autosuggest
        ariaLabel={label ?? t('key')}
        value={keyId}
        onChange={({ detail }) => onChange(detail.value)}
        options={aliases.map(({ AliasName, TargetKeyId }) => ({
          value: AliasName,
          description: TargetKeyId,
        }))}
        enteredTextLabel={(value) => t('principals.use', { value })}
        placeholder="alias/app/orders"
        statusType={isPending ? 'loading' : 'finished'}
        loadingText={t('loading')}
        empty={t('aliases.none')}
      />
    </FormField>
  )
}
