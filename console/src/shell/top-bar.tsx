import TopNavigation, {
  type TopNavigationProps,
} from '@cloudscape-design/components/top-navigation'
import { Mode } from '@cloudscape-design/global-styles'
import { useQueryClient } from '@tanstack/react-query'
import { useContext } from 'react'
import type { LiveState } from '../api/live.ts'
import { LANGUAGES, type Language, useLanguage, useTexts } from '../i18n/texts.tsx'
import { SessionContext } from '../session/context.tsx'
import { isOperator } from '../session/session.ts'
import { useMode } from './mode.ts'
import { addressOf, useFollow } from './navigate.ts'

const LIVE_ICONS = {
  starting: 'status-pending',
  live: 'status-positive',
  polling: 'refresh',
  offline: 'status-warning',
} as const satisfies Record<LiveState, string>

/** The bar above all: whether what is shown is as it is, language, light or dark, who is signed in. */
export function TopBar({
  onSignOut,
  live,
}: {
  readonly onSignOut?: () => void
  /** how the pages come to know of changes; undefined where there are none */
  readonly live?: LiveState
}) {
  const t = useTexts()
  const session = useContext(SessionContext)
  const [language, setLanguage] = useLanguage()
  const [mode, setMode] = useMode()
  const follow = useFollow()
  const client = useQueryClient()
  const name = LANGUAGES.find(({ id }) => id === language)?.name ?? language
  const isDark = mode === Mode.Dark
  const account: TopNavigationProps.MenuDropdownUtility[] =
    session === undefined
      ? []
      : [
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: `${isOperator(session) ? t('who.operator') : session.account} · ${session.region}`,
            description: session.arn,
            items: [{ id: 'sign-out', text: t('sign-out') }],
            onItemClick: () => onSignOut?.(),
          },
        ]
  const liveness: TopNavigationProps.ButtonUtility[] =
    live === undefined
      ? []
      : [
          {
            type: 'button',
            iconName: LIVE_ICONS[live],
            text: t(`live.${live}`),
            ariaLabel: `${t(`live.${live}`)}: ${t('live.again')}`,
            onClick: () => void client.invalidateQueries(),
          },
        ]
  return (
    <div id="top">
      <TopNavigation
        identity={{ href: addressOf('/'), title: 'tenkey', onFollow: follow }}
        utilities={[
          ...liveness,
          {
            type: 'button',
            iconName: 'light-dark',
            ariaLabel: isDark ? t('mode.light') : t('mode.dark'),
            text: isDark ? t('mode.light') : t('mode.dark'),
            onClick: () => setMode(isDark ? Mode.Light : Mode.Dark),
          },
          {
            type: 'menu-dropdown',
            iconName: 'globe',
            ariaLabel: `${t('language')}: ${name}`,
            text: name,
            items: LANGUAGES.map(({ id, name }) => ({ id, text: name })),
            onItemClick: ({ detail }) => setLanguage(detail.id as Language),
          },
          ...account,
        ]}
      />
    </div>
  )
}
