import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { TagsField } from '../../parts/tags-field.tsx'
import { useTell } from '../../shell/notices.tsx'
import type { KeyMetadata } from './metadata.ts'

type Tag = { readonly TagKey: string; readonly TagValue: string }

/** The tags of a key. */
export function Tags({ metadata: { KeyId } }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const [editing, setEditing] = useState(false)
  const input = { KeyId, Limit: 50 }
  const pages = usePages('ListResourceTags', input, (page): readonly Tag[] => page.Tags)
  return (
    <>
      <Listing
        title={t('tags')}
        pages={pages}
        trackBy="TagKey"
        none={t('tags.none')}
        actions={
          <Button disabled={pages.loading || pages.error !== null} onClick={() => setEditing(true)}>
            {t('edit')}
          </Button>
        }
        command={<CommandLine operation="ListResourceTags" input={input} />}
        columns={[
          { id: 'key', header: t('tag.key'), cell: ({ TagKey }) => TagKey, isRowHeader: true },
          { id: 'value', header: t('tag.value'), cell: ({ TagValue }) => TagValue },
        ]}
      />
      {editing && (
        <EditTags keyId={KeyId} before={pages.items} onDismiss={() => setEditing(false)} />
      )}
    </>
  )
}

/** Changes tags: what is new or other is put, what is gone is removed. */
function EditTags({
  keyId: KeyId,
  before,
  onDismiss,
}: {
  readonly keyId: string
  readonly before: readonly Tag[]
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const tagging = useChange('TagResource')
  const untagging = useChange('UntagResource')
  const [tags, setTags] = useState<readonly { key: string; value: string }[]>(() =>
    before.map(({ TagKey, TagValue }) => ({ key: TagKey, value: TagValue })),
  )
  const had = new Map(before.map(({ TagKey, TagValue }) => [TagKey, TagValue]))
  const kept = new Set(tags.map(({ key }) => key))
  const Tags = tags
    .filter(({ key, value }) => had.get(key) !== value)
    .map(({ key, value }) => ({ TagKey: key, TagValue: value }))
  const TagKeys = [...had.keys()].filter((key) => !kept.has(key))
  return (
    <ActionModal
      title={t('tags.edit')}
      submit={t('save')}
      disabled={Tags.length === 0 && TagKeys.length === 0}
      error={tagging.error ?? untagging.error}
      busy={tagging.isPending || untagging.isPending}
      onDismiss={onDismiss}
      command={
        <>
          {Tags.length > 0 && <CommandLine operation="TagResource" input={{ KeyId, Tags }} />}
          {TagKeys.length > 0 && (
            <CommandLine operation="UntagResource" input={{ KeyId, TagKeys }} />
          )}
        </>
      }
      onSubmit={async () => {
        if (TagKeys.length > 0) await untagging.mutateAsync({ KeyId, TagKeys })
        if (Tags.length > 0) await tagging.mutateAsync({ KeyId, Tags })
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <TagsField tags={tags} onChange={setTags} />
    </ActionModal>
  )
}
