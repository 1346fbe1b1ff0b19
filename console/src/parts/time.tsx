import { useLanguage, useTexts } from '../i18n/texts.tsx'

/** A moment, in the words of the language and the person's own time zone; the exact one is its title. */
export function Time({ at }: { readonly at: string | Date | undefined }) {
  const [language] = useLanguage()
  if (at === undefined) return <>–</>
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {date.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  )
}

const DAY = 86_400_000
const HOUR = 3_600_000

/** How long it is until a moment, in days or, on the last, in hours. */
export function Remaining({ until }: { readonly until: string }) {
  const t = useTexts()
  const left = new Date(until).getTime() - Date.now()
  if (left <= 0) return t('due')
  return left >= DAY
    ? t('days.left', { count: Math.ceil(left / DAY) })
    : t('hours.left', { count: Math.ceil(left / HOUR) })
}
