import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import type { KeyStore } from './store.ts'

const STATES: ReadonlyMap<string, readonly [StatusIndicatorProps.Type, TextKey]> = new Map([
  ['CONNECTED', ['success', 'store-state.CONNECTED']],
  ['CONNECTING', ['in-progress', 'store-state.CONNECTING']],
  ['FAILED', ['error', 'store-state.FAILED']],
  ['DISCONNECTED', ['stopped', 'store-state.DISCONNECTED']],
  ['DISCONNECTING', ['in-progress', 'store-state.DISCONNECTING']],
])

/** The connection of a custom key store, as AWS's console shows it. */
export function Connection({ store }: { readonly store: KeyStore }) {
  const state: string = store.ConnectionState ?? ''
  const t = useTexts()
  const [type, text] = STATES.get(state) ?? []
  if (type === undefined || text === undefined) return <>{state || '–'}</>
  return <StatusIndicator type={type}>{t(text)}</StatusIndicator>
}

/** The words of a type of stores. */
export const typeText = ({ CustomKeyStoreType: type }: KeyStore): TextKey =>
  type === 'AWS_CLOUDHSM' ? 'store-type.AWS_CLOUDHSM' : 'store-type.EXTERNAL_KEY_STORE'
