import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { EditTags } from '../../parts/edit-tags.tsx'
import { Listing } from '../../parts/listing.tsx'
import { stepOf } from '../../parts/steps.tsx'

const CALLS = {
  user: { list: 'IamListUserTags', tag: 'IamTagUser', untag: 'IamUntagUser' },
  role: { list: 'IamListRoleTags', tag: 'IamTagRole', untag: 'IamUntagRole' },
  policy: { list: 'IamListPolicyTags', tag: 'IamTagPolicy', untag: 'IamUntagPolicy' },
  provider: {
    list: 'IamListOpenIDConnectProviderTags',
    tag: 'IamTagOpenIDConnectProvider',
    untag: 'IamUntagOpenIDConnectProvider',
  },
} as const

type Kind = keyof typeof CALLS

const named = (kind: Kind, name: string) =>
  kind === 'user'
    ? { UserName: name }
    : kind === 'role'
      ? { RoleName: name }
      : kind === 'policy'
        ? { PolicyArn: name }
        : { OpenIDConnectProviderArn: name }

/** The tags of what AWS IAM has. @param name of a policy or provider its ARN */
export function IamTags({ kind, name }: { readonly kind: Kind; readonly name: string }) {
  const t = useTexts()
  const [editing, setEditing] = useState(false)
  const of = named(kind, name)
  const input = { ...of, MaxItems: 50 }
  const { list, tag, untag } = CALLS[kind]
  const pages = usePages(list, input, (page) => page.Tags)
  return (
    <>
      <Listing
        title={t('tags')}
        pages={pages}
        trackBy="Key"
        none={t('tags.none')}
        actions={
          <Button disabled={pages.loading || pages.error !== null} onClick={() => setEditing(true)}>
            {t('edit')}
          </Button>
        }
        command={<CommandLine operation={list} input={input} />}
        columns={[
          { id: 'key', header: t('tag.key'), cell: ({ Key }) => Key, isRowHeader: true },
          { id: 'value', header: t('tag.value'), cell: ({ Value }) => Value },
        ]}
      />
      {editing && (
        <EditTags
          before={pages.items.map(({ Key, Value }) => ({ key: Key, value: Value }))}
          putting={(tags) =>
            stepOf(tag, { ...of, Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) })
          }
          removing={(TagKeys) => stepOf(untag, { ...of, TagKeys })}
          onDismiss={() => setEditing(false)}
        />
      )}
    </>
  )
}
