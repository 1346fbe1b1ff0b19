import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { useEffect, useState } from 'react'
import { keep, kept } from './preferences.ts'

/** Light or dark: what the person chose, else what the browser asks for. */
export function useMode(): readonly [Mode, (mode: Mode) => void] {
  const [mode, setMode] = useState<Mode>(() => {
    const chosen = kept('mode')
    if (chosen === Mode.Dark || chosen === Mode.Light) return chosen
    return matchMedia('(prefers-color-scheme: dark)').matches ? Mode.Dark : Mode.Light
  })
  useEffect(() => applyMode(mode), [mode])
  const choose = (one: Mode) => {
    keep('mode', one)
    setMode(one)
  }
  return [mode, choose]
}
