import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { useTexts } from '../../i18n/texts.tsx'
import type { Standing } from './standing.ts'

/** The Regions of the installation, which is home, and which were lost. */
export function Regions({ standing }: { readonly standing: Standing }) {
  const t = useTexts()
  const { Served, Others, Home, Forgotten } = standing.Regions
  const named = (regions: readonly string[]) => regions.join(', ') || '–'
  return (
    <Container fitHeight header={<Header variant="h2">{t('installation.regions')}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: t('installation.regions.served'),
            value: Served ?? t('installation.regions.any'),
          },
          { label: t('installation.regions.others'), value: named(Others) },
          { label: t('installation.regions.home'), value: Home ?? '–' },
          { label: t('installation.regions.forgotten'), value: named(Forgotten) },
        ]}
      />
    </Container>
  )
}
