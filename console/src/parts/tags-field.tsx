import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import Input from '@cloudscape-design/components/input'
import { useTexts } from '../i18n/texts.tsx'

interface Tag {
  readonly key: string
  readonly value: string
}

/** tags that a resource of AWS KMS has at most */
const MOST = 50

/** Tags, or other names with values, a line each. */
export function TagsField({
  tags,
  onChange,
  add,
  none,
  most = MOST,
}: {
  readonly tags: readonly Tag[]
  readonly onChange: (tags: readonly Tag[]) => void
  readonly add?: string
  readonly none?: string
  readonly most?: number
}) {
  const t = useTexts()
  const changed = (index: number, some: Partial<Tag>) =>
    onChange(tags.map((tag, at) => (at === index ? { ...tag, ...some } : tag)))
  return (
    <AttributeEditor
      items={[...tags]}
      addButtonText={add ?? t('tags.add')}
      removeButtonText={t('remove')}
      removeButtonAriaLabel={({ key }) => t('tags.remove', { key })}
      disableAddButton={tags.length >= most}
      onAddButtonClick={() => onChange([...tags, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) =>
        onChange(tags.filter((_, index) => index !== detail.itemIndex))
      }
      empty={<Box color="text-body-secondary">{none ?? t('tags.none')}</Box>}
      definition={[
        {
          label: t('tag.key'),
          control: ({ key }, index) => (
            <Input value={key} onChange={({ detail }) => changed(index, { key: detail.value })} />
          ),
        },
        {
          label: t('tag.value'),
          control: ({ value }, index) => (
            <Input
              value={value}
              onChange={({ detail }) => changed(index, { value: detail.value })}
            />
          ),
        },
      ]}
    />
  )
}
