import AppLayout from '@cloudscape-design/components/app-layout'
import Box from '@cloudscape-design/components/box'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Flashbar from '@cloudscape-design/components/flashbar'
import SideNavigation, {
  type SideNavigationProps,
} from '@cloudscape-design/components/side-navigation'
import Spinner from '@cloudscape-design/components/spinner'
import { Suspense, useEffect, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { type TextKey, useTexts } from '../i18n/texts.tsx'
import { FIRST_PAGE, PAGES, type PageEntry } from '../pages.ts'
import { useSession } from '../session/context.tsx'
import { isOperator } from '../session/session.ts'
import { Broken } from './broken.tsx'
import { useLive } from './live.ts'
import { addressOf, useFollow } from './navigate.ts'
import { useNotices } from './notices.tsx'
import { TopBar } from './top-bar.tsx'

const SECTIONS = {
  kms: 'nav.kms',
  iam: 'nav.iam',
  operator: 'nav.operator',
} as const satisfies Record<string, TextKey>

/** The address that leads to a page, without what may stand behind it. */
const wayTo = (path: string) => addressOf(path.replace(/\/:.*$/, ''))
/** The page's own address with what stands in its place, e.g. /keys/:key as /keys/1234. */
const patternOf = (path: string) =>
  new RegExp(`^${path.replace(/\/:\w+\?/g, '(?:/[^/]+)?').replace(/:\w+/g, '[^/]+')}$`)
const pageAt = (pages: readonly PageEntry[], at: string) =>
  pages.find(({ path }) => patternOf(path).test(at))

/** The frame of every page: navigation, breadcrumbs, what was done, and the page. */
export default function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const t = useTexts()
  const session = useSession()
  const [at] = useLocation()
  const follow = useFollow()
  const notices = useNotices()
  const live = useLive()
  const [open, setOpen] = useState(() => innerWidth > 688)
  const who = isOperator(session) ? 'operator' : 'account'
  const pages = PAGES.filter((one) => one.for === who)
  const here = pageAt(pages, at)
  useEffect(() => {
    document.title = here === undefined ? 'tenkey' : `${t(here.title)} – tenkey`
  }, [here, t])

  useEffect(() => {
    // Cloudscape's toolbar has an attribute there that ARIA does not allow on a landmark
    for (const nav of document.querySelectorAll('nav[aria-orientation]')) {
      nav.removeAttribute('aria-orientation')
    }
  })

  const sections = Object.entries(SECTIONS)
    .map(([nav, text]) => ({
      type: 'section' as const,
      text: t(text),
      items: pages
        .filter((one) => one.nav === nav)
        .map(({ path, title }) => ({
          type: 'link' as const,
          text: t(title),
          href: wayTo(path),
        })),
    }))
    .filter(({ items }) => items.length > 0) satisfies SideNavigationProps.Item[]
  const parents = pages.filter(({ path }) => path === here?.below)
  const trail = [...parents, ...(here === undefined ? [] : [here])]
  const shownAt = here?.nav === undefined ? (here?.below ?? at) : here.path

  return (
    <>
      <TopBar onSignOut={onSignOut} live={live} />
      <AppLayout
        headerSelector="#top"
        toolsHide
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={
          <SideNavigation
            header={{ text: 'tenkey', href: addressOf(FIRST_PAGE[who]) }}
            activeHref={wayTo(shownAt)}
            items={sections}
            onFollow={follow}
          />
        }
        breadcrumbs={
          <BreadcrumbGroup
            items={[
              { text: 'tenkey', href: addressOf(FIRST_PAGE[who]) },
              ...trail.map(({ title, path }) => ({ text: t(title), href: wayTo(path) })),
            ]}
            onFollow={follow}
          />
        }
        notifications={<Flashbar items={notices} stackItems />}
        content={
          <Broken at={at}>
            <Suspense
              fallback={
                <Box textAlign="center" padding="xxl">
                  <Spinner size="large" />
                </Box>
              }
            >
              <Switch>
                {pages.map(({ path, page: Page }) => (
                  <Route key={path} path={path}>
                    <Page />
                  </Route>
                ))}
                <Route path="/">
                  <Redirect to={FIRST_PAGE[who]} replace />
                </Route>
                <Route path="/sign-in">
                  <Redirect to={FIRST_PAGE[who]} replace />
                </Route>
                <Route>
                  <Box variant="h1">{t('page.none')}</Box>
                </Route>
              </Switch>
            </Suspense>
          </Broken>
        }
      />
    </>
  )
}
