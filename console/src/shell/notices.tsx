import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'

/** What is told above a page: that something was done. */
export interface Notice {
  readonly content: ReactNode
  readonly type?: FlashbarProps.Type
}

interface Notices {
  readonly items: readonly FlashbarProps.MessageDefinition[]
  readonly tell: (notice: Notice) => void
}

const NoticesContext = createContext<Notices>({ items: [], tell: () => {} })

/** The most that are kept; older ones go. */
const MOST = 5

export function NoticesProvider({ children }: { readonly children: ReactNode }) {
  const t = useTexts()
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([])
  const tell = useCallback(
    ({ content, type = 'success' }: Notice) => {
      const id = crypto.randomUUID()
      const onDismiss = () => setItems((all) => all.filter((one) => one.id !== id))
      const item: FlashbarProps.MessageDefinition = {
        ...{ id, type, content, dismissible: true, onDismiss },
        ariaRole: 'status',
        dismissLabel: t('notice.dismiss'),
      }
      setItems((all) => [item, ...all].slice(0, MOST))
    },
    [t],
  )
  const value = useMemo(() => ({ items, tell }), [items, tell])
  return <NoticesContext.Provider value={value}>{children}</NoticesContext.Provider>
}

/** Tells above the page, and to screen readers, that something was done. */
export const useTell = (): Notices['tell'] => useContext(NoticesContext).tell
export const useNotices = (): Notices['items'] => useContext(NoticesContext).items
