import FormField from '@cloudscape-design/components/form-field'
import { useTexts } from '../i18n/texts.tsx'
import { TagsField } from './tags-field.tsx'

export interface Pair {
  readonly key: string
  readonly value: string
}

/** The member of a request that has the encryption context; nothing where there is none. */
export const contextOf = (pairs: readonly Pair[]) =>
  pairs.length === 0
    ? {}
    : { EncryptionContext: Object.fromEntries(pairs.map(({ key, value }) => [key, value])) }

/** An encryption context, name by name. */
export function ContextField({
  context,
  onChange,
}: {
  readonly context: readonly Pair[]
  readonly onChange: (context: readonly Pair[]) => void
}) {
  const t = useTexts()
  return (
    <FormField label={t('context')} description={t('context.description')} stretch>
      <TagsField
        tags={context}
        onChange={onChange}
        add={t('context.add')}
        none={t('context.none')}
      />
    </FormField>
  )
}
