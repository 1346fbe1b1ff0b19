import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import type { KeyMetadata } from '../key/metadata.ts'
import { KeyState } from '../keys/state.tsx'
import type { KeyStore } from './store.ts'
import { useStoreKeys } from './store-keys.ts'

/** The keys that are in a custom key store. */
export function KeysOfStore({ store }: { readonly store: KeyStore }) {
  const t = useTexts()
  const follow = useFollow()
  const { CustomKeyStoreId: id = '', CustomKeyStoreType: type } = store
  const keys = useStoreKeys(id, type === 'AWS_CLOUDHSM' ? 'AWS_CLOUDHSM' : 'EXTERNAL_KEY_STORE')
  const { searched, ...pages } = keys
  return (
    <Listing
      title={t('store.keys')}
      description={t('store.keys.searched', { count: searched })}
      pages={pages}
      trackBy="KeyId"
      none={t('store.keys.none')}
      actions={
        <Button href={addressOf('/keys/create')} onFollow={follow}>
          {t('keys.create')}
        </Button>
      }
      command={<CommandLine operation="ListKeys" input={{ Limit: 100 }} />}
      columns={[
        {
          id: 'key',
          header: t('key'),
          cell: ({ KeyId }) => (
            <Link href={addressOf(`/keys/${KeyId}`)} onFollow={follow}>
              {KeyId}
            </Link>
          ),
          isRowHeader: true,
        },
        {
          id: 'state',
          header: t('key.state'),
          minWidth: 130,
          cell: ({ KeyState: state }) => <KeyState state={state} />,
        },
        {
          id: 'description',
          header: t('description'),
          cell: ({ Description }) => Description || '–',
        },
        ...(type === 'AWS_CLOUDHSM'
          ? []
          : [
              {
                id: 'external',
                header: t('store.external-key'),
                cell: (key: KeyMetadata) => key.XksKeyConfiguration?.Id ?? '–',
              },
            ]),
      ]}
    />
  )
}
