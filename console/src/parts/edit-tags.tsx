import { useState } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { useTell } from '../shell/notices.tsx'
import { ActionModal } from './action-modal.tsx'
import { CommandLines, type Step, useSteps } from './steps.tsx'
import { TagsField } from './tags-field.tsx'

interface Tag {
  readonly key: string
  readonly value: string
}

/** Changes tags: what is gone is removed, then what is new or other is put. */
export function EditTags({
  before,
  putting,
  removing,
  onDismiss,
}: {
  readonly before: readonly Tag[]
  /** what puts tags, one at least */
  readonly putting: (tags: readonly Tag[]) => Step
  /** what removes tags by their names, one at least */
  readonly removing: (keys: readonly string[]) => Step
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useSteps()
  const [tags, setTags] = useState(before)
  const had = new Map(before.map(({ key, value }) => [key, value]))
  const kept = new Set(tags.map(({ key }) => key))
  const put = tags.filter(({ key, value }) => had.get(key) !== value)
  const gone = [...had.keys()].filter((key) => !kept.has(key))
  const steps = [
    ...(gone.length > 0 ? [removing(gone)] : []),
    ...(put.length > 0 ? [putting(put)] : []),
  ]
  return (
    <ActionModal
      title={t('tags.edit')}
      submit={t('save')}
      disabled={steps.length === 0}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLines steps={steps} />}
      onSubmit={async () => {
        await change.mutateAsync(steps)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <TagsField tags={tags} onChange={setTags} />
    </ActionModal>
  )
}
