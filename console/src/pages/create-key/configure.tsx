import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import { useTexts } from '../../i18n/texts.tsx'
import {
  isInStore,
  KEY_TYPES,
  ofOrigin,
  ofSpec,
  ofType,
  ofUsage,
  originsOf,
  specsOf,
  usagesOf,
  type Wish,
} from './choices.ts'
import { StoreFields } from './store-fields.tsx'

/** The first step: what kind of key it is. */
export function Configure({
  wish,
  onChange,
  onWish,
}: {
  readonly wish: Wish
  readonly onChange: (some: Partial<Wish>) => void
  readonly onWish: (wish: Wish) => void
}) {
  const t = useTexts()
  const specs = specsOf(wish.type, wish.usage)
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('create.type')}</Header>}>
        <SpaceBetween size="l">
          <Tiles
            ariaLabel={t('create.type')}
            value={wish.type}
            onChange={({ detail }) => {
              const type = KEY_TYPES.find((one) => one === detail.value)
              if (type !== undefined) onWish(ofType(wish, type))
            }}
            items={KEY_TYPES.map((type) => ({
              value: type,
              label: t(`create.${type}`),
              description: t(`create.${type}.description`),
            }))}
          />
          <FormField label={t('key.usage')}>
            <RadioGroup
              ariaLabel={t('key.usage')}
              value={wish.usage}
              onChange={({ detail }) => {
                const usage = usagesOf(wish.type).find((one) => one === detail.value)
                if (usage !== undefined) onWish(ofUsage(wish, usage))
              }}
              items={usagesOf(wish.type).map((usage) => ({
                value: usage,
                label: t(`usage.${usage}`),
                description: t(`usage.${usage}.description`),
              }))}
            />
          </FormField>
          {specs.length > 1 && (
            <FormField label={t('key.spec')}>
              <Select
                ariaLabel={t('key.spec')}
                selectedOption={{ value: wish.spec, label: wish.spec }}
                options={specs.map((spec) => ({ value: spec, label: spec }))}
                onChange={({ detail }) => {
                  const spec = specs.find((one) => one === detail.selectedOption.value)
                  if (spec !== undefined) onWish(ofSpec(wish, spec))
                }}
              />
            </FormField>
          )}
        </SpaceBetween>
      </Container>
      <ExpandableSection
        variant="container"
        headerText={t('create.advanced')}
        defaultExpanded={isInStore(wish.origin)}
      >
        <SpaceBetween size="l">
          <FormField label={t('key.origin')}>
            <RadioGroup
              ariaLabel={t('key.origin')}
              value={wish.origin}
              onChange={({ detail }) => {
                const origin = originsOf(wish.spec).find((one) => one === detail.value)
                if (origin !== undefined) onWish(ofOrigin(wish, origin))
              }}
              items={originsOf(wish.spec).map((origin) => ({
                value: origin,
                label: t(`origin.${origin}`),
                description: t(`origin.${origin}.description`),
              }))}
            />
          </FormField>
          {isInStore(wish.origin) && (
            <StoreFields wish={wish} origin={wish.origin} onChange={onChange} />
          )}
          <FormField label={t('key.regions')}>
            <RadioGroup
              ariaLabel={t('key.regions')}
              value={String(wish.multiRegion)}
              onChange={({ detail }) => onChange({ multiRegion: detail.value === 'true' })}
              items={[
                {
                  value: 'false',
                  label: t('key.single-region'),
                  description: t('key.single-region.description'),
                },
                {
                  value: 'true',
                  label: t('key.multi-region'),
                  description: t('key.multi-region.description'),
                  disabled: isInStore(wish.origin),
                },
              ]}
            />
          </FormField>
        </SpaceBetween>
      </ExpandableSection>
    </SpaceBetween>
  )
}
