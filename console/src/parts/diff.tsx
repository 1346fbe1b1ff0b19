import { diffLines } from 'diff'
import { useMemo } from 'react'
import { useTexts } from '../i18n/texts.tsx'

/** What changes from one text to another, line by line. */
export function Diff({ from, to }: { readonly from: string; readonly to: string }) {
  const t = useTexts()
  const parts = useMemo(() => diffLines(`${from}\n`, `${to}\n`), [from, to])
  if (from === to) return t('diff.none')
  const signed = (text: string, sign: string) => text.replace(/\n$/, '').replace(/^/gm, `${sign} `)
  let line = 0
  return (
    <pre className="policy-text">
      {parts.map(({ value, added, removed, count }) => {
        line += count
        if (added) return <ins key={line}>{signed(value, '+')}</ins>
        if (removed) return <del key={line}>{signed(value, '−')}</del>
        return <span key={line}>{`${signed(value, ' ')}\n`}</span>
      })}
    </pre>
  )
}
