/** What a person likes, kept by the browser for the next time. Nothing of a session is ever among it. */
type Preference = 'language' | 'mode'

export function kept(name: Preference): string | undefined {
  try {
    return localStorage.getItem(`tenkey.${name}`) ?? undefined
  } catch {
    // storage is switched off: it lasts as long as the tab
    return undefined
  }
}

export function keep(name: Preference, value: string): void {
  try {
    localStorage.setItem(`tenkey.${name}`, value)
  } catch {
    // as above
  }
}
