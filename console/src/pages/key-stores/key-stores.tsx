import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { Connection, typeText } from './connection.tsx'

/** The custom key stores of the account in the Region. */
export default function KeyStores() {
  const t = useTexts()
  const follow = useFollow()
  const input = { Limit: 50 }
  const pages = usePages('DescribeCustomKeyStores', input, (page) => page.CustomKeyStores)
  return (
    <Listing
      variant="full-page"
      title={t('stores.title')}
      description={t('stores.description')}
      pages={pages}
      trackBy={({ CustomKeyStoreId = '' }) => CustomKeyStoreId}
      none={t('stores.none')}
      actions={
        <Button variant="primary" href={addressOf('/key-stores/create')} onFollow={follow}>
          {t('store.create')}
        </Button>
      }
      command={<CommandLine operation="DescribeCustomKeyStores" input={input} />}
      columns={[
        {
          id: 'name',
          header: t('store.name'),
          cell: ({ CustomKeyStoreId = '', CustomKeyStoreName }) => (
            <Link href={addressOf(`/key-stores/${CustomKeyStoreId}`)} onFollow={follow}>
              {CustomKeyStoreName}
            </Link>
          ),
          isRowHeader: true,
        },
        { id: 'id', header: t('store.id'), cell: ({ CustomKeyStoreId }) => CustomKeyStoreId },
        { id: 'type', header: t('store.type'), cell: (store) => t(typeText(store)) },
        {
          id: 'state',
          header: t('store.connection'),
          minWidth: 140,
          cell: (store) => <Connection store={store} />,
        },
        {
          id: 'at',
          header: t('store.where'),
          cell: ({ XksProxyConfiguration: proxy, CloudHsmClusterId: cluster }) =>
            cluster ?? proxy?.UriEndpoint ?? '–',
        },
        {
          id: 'created',
          header: t('created'),
          cell: ({ CreationDate }) => <Time at={CreationDate} />,
        },
      ]}
    />
  )
}
