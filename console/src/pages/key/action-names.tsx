import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { useTexts } from '../../i18n/texts.tsx'

/** actions that are read at a glance; more are folded */
const FEW = 6

/** Actions of a policy, as policies have them. */
export function ActionNames({ actions }: { readonly actions: readonly string[] }) {
  const t = useTexts()
  const all = actions.join(', ')
  if (actions.length <= FEW) return all
  return (
    <ExpandableSection headerText={t('access.actions', { count: actions.length })} variant="footer">
      {all}
    </ExpandableSection>
  )
}
