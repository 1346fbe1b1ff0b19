import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useTexts } from '../../i18n/texts.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { isAlias, type Wish } from './choices.ts'

/** The second step: how people find the key. */
export function Labels({
  wish,
  onChange,
}: {
  readonly wish: Wish
  readonly onChange: (some: Partial<Wish>) => void
}) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('create.names')}</Header>}>
        <SpaceBetween size="l">
          <FormField
            label={t('alias')}
            description={t('alias.description')}
            errorText={isAlias(wish.alias) ? '' : t('alias.wrong')}
          >
            <Input
              value={wish.alias}
              onChange={({ detail }) => onChange({ alias: detail.value.trim() })}
              placeholder="app/orders"
              spellcheck={false}
            />
          </FormField>
          <FormField label={t('description')}>
            <Textarea
              value={wish.description}
              onChange={({ detail }) => onChange({ description: detail.value })}
              rows={2}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t('tags')}</Header>}>
        <TagsField tags={wish.tags} onChange={(tags) => onChange({ tags })} />
      </Container>
    </SpaceBetween>
  )
}
