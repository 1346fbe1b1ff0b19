import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { keep, kept } from '../shell/preferences.ts'
import type { en } from './en/index.ts'

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'ja', name: '日本語' },
] as const
export type Language = (typeof LANGUAGES)[number]['id']
export type TextKey = keyof typeof en
export type Catalogue = Readonly<Record<TextKey, string>>
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

interface Loaded {
  readonly language: Language
  readonly catalogue: Catalogue
  readonly messages: I18nProviderProps.Messages
}

/** A language's texts, Cloudscape's own among them: loaded when they are needed. */
const LOADERS: Readonly<Record<Language, () => Promise<Loaded>>> = {
  en: async () => {
    const [{ en }, { default: messages }] = await Promise.all([
      import('./en/index.ts'),
      import('@cloudscape-design/components/i18n/messages/all.en'),
    ])
    return { language: 'en', catalogue: en, messages }
  },
  ja: async () => {
    const [{ ja }, { default: messages }] = await Promise.all([
      import('./ja/index.ts'),
      import('@cloudscape-design/components/i18n/messages/all.ja'),
    ])
    return { language: 'ja', catalogue: ja, messages }
  },
}

/** Puts values in the place of `{name}`. */
const filled = (text: string, values: Readonly<Record<string, string | number>> = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

const isLanguage = (text: string | undefined): text is Language =>
  LANGUAGES.some(({ id }) => id === text)

/** The language that a person chose, else the first of the browser's that there is. */
function firstLanguage(): Language {
  const chosen = kept('language')
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? 'en'
}

const TextsContext = createContext<Translate>((key) => key)
const LanguageContext = createContext<readonly [Language, (language: Language) => void]>([
  'en',
  () => {},
])

/** The texts of the language that is chosen. */
export const useTexts = (): Translate => useContext(TextsContext)
/** The language, and what changes it. */
export const useLanguage = () => useContext(LanguageContext)

export function Texts({ children }: { readonly children: ReactNode }) {
  const [wanted, setWanted] = useState(firstLanguage)
  const [loaded, setLoaded] = useState<Loaded>()
  useEffect(() => {
    let current = true
    void LOADERS[wanted]().then((one) => {
      if (current) setLoaded(one)
    })
    return () => {
      current = false
    }
  }, [wanted])
  const language = loaded?.language
  useEffect(() => {
    if (language !== undefined) document.documentElement.lang = language
  }, [language])
  const choice = useMemo(() => {
    const choose = (one: Language) => {
      keep('language', one)
      setWanted(one)
    }
    return [language ?? 'en', choose] as const
  }, [language])
  const translate = useMemo<Translate>(
    () => (key, values) => filled(loaded?.catalogue[key] ?? key, values),
    [loaded],
  )
  if (loaded === undefined) return null
  return (
    <I18nProvider locale={loaded.language} messages={[loaded.messages]}>
      <LanguageContext.Provider value={choice}>
        <TextsContext.Provider value={translate}>{children}</TextsContext.Provider>
      </LanguageContext.Provider>
    </I18nProvider>
  )
}
