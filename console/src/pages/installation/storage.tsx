import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { useTexts } from '../../i18n/texts.tsx'
import type { Standing } from './standing.ts'

const NAMES = { dynamodb: 'DynamoDB', sqlite: 'SQLite' } as const

/** Where items are, in which formats, and what wraps every tenant's key. */
export function Storage({ standing }: { readonly standing: Standing }) {
  const t = useTexts()
  const { Store, Format, RootKey } = standing
  return (
    <Container fitHeight header={<Header variant="h2">{t('installation.storage')}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: t('installation.store'),
            value: Store === 'memory' ? t('installation.store.memory') : NAMES[Store],
          },
          {
            label: t('installation.format'),
            value: t('installation.format.of', {
              written: Format.Written,
              release: Format.Release,
            }),
          },
          {
            label: t('installation.root.type'),
            value: RootKey.Type === 'AWS_KMS' ? 'AWS KMS' : t('installation.root.local'),
          },
          { label: t('installation.root'), value: RootKey.Id },
        ]}
      />
    </Container>
  )
}
