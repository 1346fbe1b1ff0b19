import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { FORMS } from '../playground/forms.ts'
import type { KeyMetadata } from './metadata.ts'

/** What the key's usage allows, to try. */
export default function Try({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const forms = FORMS.filter(({ of }) => of?.(metadata) === true)
  const [chosen, setChosen] = useState<string>()
  const form = forms.find(({ id }) => id === chosen) ?? forms[0]
  if (form === undefined) return null
  const { content: Content } = form
  return (
    <SpaceBetween size="l">
      {forms.length > 1 && (
        <SegmentedControl
          label={t('try')}
          selectedId={form.id}
          onChange={({ detail }) => setChosen(detail.selectedId)}
          options={forms.map(({ id, title }) => ({ id, text: t(title) }))}
        />
      )}
      <Content key={form.id} given={metadata} />
    </SpaceBetween>
  )
}
