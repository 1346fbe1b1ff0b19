import Box from '@cloudscape-design/components/box'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { ActionNames } from './action-names.tsx'

/** Who may do what with the key by the policies as they are saved, and what lets them. */
export function Access({ keyId: KeyId }: { readonly keyId: string }) {
  const t = useTexts()
  const input = { KeyId, Limit: 50 }
  const pages = usePages('ListKeyAccess', input, ({ Principals }) =>
    Principals.flatMap(({ Principal, Access: all }) =>
      all.map((one, index) => ({ ...one, Principal, id: `${Principal} ${index}` })),
    ),
  )
  return (
    <Listing
      title={t('access')}
      description={t('access.description')}
      pages={pages}
      trackBy="id"
      none={t('access.none')}
      command={<CommandLine operation="ListKeyAccess" input={input} />}
      columns={[
        {
          id: 'who',
          header: t('access.who'),
          cell: ({ Principal }) => Principal,
          isRowHeader: true,
        },
        {
          id: 'what',
          header: t('access.what'),
          cell: ({ Actions, Conditional }) => (
            <>
              <ActionNames actions={Actions} />
              {Conditional && <Box color="text-body-secondary">{t('access.conditional')}</Box>}
            </>
          ),
        },
        { id: 'why', header: t('access.why'), cell: ({ Reason }) => Reason },
      ]}
    />
  )
}
