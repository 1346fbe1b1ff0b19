import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import Tabs from '@cloudscape-design/components/tabs'
import { useLocation, useParams } from 'wouter'
import { useTexts } from '../../i18n/texts.tsx'
import { addressOf } from '../../shell/navigate.ts'
import { FORMS } from './forms.ts'

/** Calls to try keys with. What is typed and answered is nowhere but in this tab. */
export default function Playground() {
  const t = useTexts()
  const { part } = useParams<{ part?: string }>()
  const [, navigate] = useLocation()
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('playground.description')}>
          {t('playground.title')}
        </Header>
      }
    >
      <Tabs
        ariaLabel={t('playground.title')}
        activeTabId={part ?? 'encrypt'}
        onChange={({ detail }) => navigate(`/playground/${detail.activeTabId}`)}
        tabs={FORMS.map(({ id, title, content: Content }) => ({
          id,
          label: t(title),
          href: addressOf(`/playground/${id}`),
          content: <Content />,
        }))}
      />
    </ContentLayout>
  )
}
