import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { isExternalKey, type StoreOrigin, type Wish } from './choices.ts'

/** Asks in which custom key store a key is to be, and for an external one which external key it is. */
export function StoreFields({
  wish,
  origin,
  onChange,
}: {
  readonly wish: Wish
  readonly origin: StoreOrigin
  readonly onChange: (some: Partial<Wish>) => void
}) {
  const t = useTexts()
  const pages = usePages('DescribeCustomKeyStores', { Limit: 50 }, (page) => page.CustomKeyStores)
  const stores = pages.items.filter(({ CustomKeyStoreType: type }) => type === origin)
  const options = stores.map(
    ({ CustomKeyStoreId = '', CustomKeyStoreName: name = '', ...one }) => ({
      value: CustomKeyStoreId,
      label: name,
      description: CustomKeyStoreId,
      // the service makes keys in connected stores alone
      disabled: one.ConnectionState !== 'CONNECTED',
      disabledReason: t('store.connect-first'),
    }),
  )
  return (
    <SpaceBetween size="l">
      <Problem error={pages.error} title={t('not-listed')} onRetry={pages.retry} />
      {!pages.loading && stores.length === 0 && (
        <Alert type="warning">{t('store.connect-first')}</Alert>
      )}
      <FormField label={t('store')}>
        <Select
          selectedOption={options.find(({ value }) => value === wish.store) ?? null}
          options={options}
          statusType={pages.loading ? 'loading' : 'finished'}
          loadingText={t('loading')}
          placeholder={t('store.choose')}
          empty={t('stores.none')}
          onChange={({ detail }) => onChange({ store: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      {origin === 'EXTERNAL_KEY_STORE' && (
        <FormField
          label={t('store.external-key')}
          description={t('store.external-key.description')}
          errorText={
            wish.external === '' || isExternalKey(wish.external)
              ? ''
              : t('store.external-key.wrong')
          }
        >
          <Input
            value={wish.external}
            onChange={({ detail }) => onChange({ external: detail.value.trim() })}
            spellcheck={false}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}
