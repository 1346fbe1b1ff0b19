import { useTexts } from '../../i18n/texts.tsx'
import { AuditList } from '../../parts/audit-list.tsx'
import type { KeyMetadata } from './metadata.ts'

/** Every call about the key, newest first. */
export function AuditTrail({ metadata: { KeyId } }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  return <AuditList title={t('audit')} input={{ KeyId, Limit: 50 }} />
}
