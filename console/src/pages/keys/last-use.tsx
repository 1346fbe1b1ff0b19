import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Time } from '../../parts/time.tsx'

/** When a key was last used, and for what. */
export function LastUse({ keyId }: { readonly keyId: string }) {
  const t = useTexts()
  const { data, isPending, error } = useRead('GetKeyLastUsage', { KeyId: keyId })
  if (isPending) return <>…</>
  if (error !== null || data === undefined) return <>–</>
  const { Timestamp: at, Operation: operation } = data.output.KeyLastUsage
  if (at === undefined) return <>{t('key.never-used')}</>
  return (
    <>
      <Time at={at} /> ({operation})
    </>
  )
}
