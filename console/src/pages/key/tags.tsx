import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { EditTags } from '../../parts/edit-tags.tsx'
import { Listing } from '../../parts/listing.tsx'
import { stepOf } from '../../parts/steps.tsx'
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
        <EditTags
          before={pages.items.map(({ TagKey, TagValue }) => ({ key: TagKey, value: TagValue }))}
          putting={(tags) => {
            const Tags = tags.map(({ key, value }) => ({ TagKey: key, TagValue: value }))
            return stepOf('TagResource', { KeyId, Tags })
          }}
          removing={(TagKeys) => stepOf('UntagResource', { KeyId, TagKeys })}
          onDismiss={() => setEditing(false)}
        />
      )}
    </>
  )
}
