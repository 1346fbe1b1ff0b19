import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'

const STATES: ReadonlyMap<string, readonly [StatusIndicatorProps.Type, TextKey]> = new Map([
  ['Enabled', ['success', 'state.enabled']],
  ['Disabled', ['stopped', 'state.disabled']],
  ['PendingDeletion', ['warning', 'state.pending-deletion']],
  ['PendingImport', ['pending', 'state.pending-import']],
  ['PendingReplicaDeletion', ['warning', 'state.pending-replica-deletion']],
  ['Unavailable', ['error', 'state.unavailable']],
  ['Creating', ['in-progress', 'state.creating']],
  ['Updating', ['in-progress', 'state.updating']],
])

/** A key's state as AWS's console shows it; none where policies don't let the person know it. */
export function KeyState({ state }: { readonly state: string | undefined }) {
  const t = useTexts()
  const [type, text] = STATES.get(state ?? '') ?? []
  if (type === undefined || text === undefined) return <>{state ?? '–'}</>
  return <StatusIndicator type={type}>{t(text)}</StatusIndicator>
}
