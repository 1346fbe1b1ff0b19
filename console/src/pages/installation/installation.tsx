import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Health } from './health.tsx'
import { Regions } from './regions.tsx'
import type { Standing } from './standing.ts'
import { Storage } from './storage.tsx'
import { Sweeper } from './sweeper.tsx'

/** ms after which it is asked anew: nobody is told of a sweep */
const FRESH = 30_000

/** How the installation stands, for its operators. */
export default function Installation() {
  const t = useTexts()
  const { data, error, isPending, isRefetching, refetch } = useRead(
    'GetInstallation',
    {},
    { every: FRESH },
  )
  const header = (
    <Header
      variant="h1"
      actions={
        <Button
          iconName="refresh"
          ariaLabel={t('refresh')}
          loading={isRefetching}
          onClick={() => void refetch()}
        />
      }
    >
      {t('installation.title')}
    </Header>
  )
  return (
    <ContentLayout header={header}>
      <SpaceBetween size="l">
        <Problem error={error} title={t('installation.not-shown')} onRetry={() => void refetch()} />
        {isPending && <Spinner />}
        {data !== undefined && <Parts standing={data.output} />}
        <CommandLine operation="GetInstallation" input={{}} />
      </SpaceBetween>
    </ContentLayout>
  )
}

function Parts({ standing }: { readonly standing: Standing }) {
  const t = useTexts()
  const { RootKey, Importing, Regions: regions, Format } = standing
  const half = { colspan: { default: 12, m: 6 } }
  return (
    <SpaceBetween size="l">
      {RootKey.MovingTo !== undefined && (
        <Alert type="warning">{t('installation.root.moving', { to: RootKey.MovingTo })}</Alert>
      )}
      {Importing && <Alert type="warning">{t('installation.importing')}</Alert>}
      {regions.MovingHomeTo !== undefined && (
        <Alert type="warning">{t('installation.home.moving', { to: regions.MovingHomeTo })}</Alert>
      )}
      {Format.Release > Format.Written && <Alert>{t('installation.format.behind')}</Alert>}
      <Grid gridDefinition={[half, half, half, half]}>
        <Health standing={standing} />
        <Sweeper standing={standing} />
        <Storage standing={standing} />
        <Regions standing={standing} />
      </Grid>
    </SpaceBetween>
  )
}
