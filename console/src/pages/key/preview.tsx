import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { usePages } from '../../api/pages.ts'
import type { Output } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { ActionNames } from './action-names.tsx'

type Previewed = Output<'PreviewKeyPolicy'>['Principals'][number]

const inputOf = (KeyId: string, Policy: string) => ({ KeyId, Policy, Limit: 50 })

/** What would be if the key had a policy, page by page. */
const usePreview = (keyId: string, policy: string) =>
  usePages('PreviewKeyPolicy', inputOf(keyId, policy), ({ Principals }) => Principals)

/** Who could do what with the key by a policy that is not saved, beside what holds, and what differs. */
export function Preview({ keyId, policy }: { readonly keyId: string; readonly policy: string }) {
  const t = useTexts()
  const pages = usePreview(keyId, policy)
  return (
    <SpaceBetween size="l">
      <LockedOut first={pages.first} />
      <Listing
        title={t('preview')}
        description={t('preview.description')}
        pages={pages}
        trackBy="Principal"
        none={t('access.none')}
        refused={t('preview.refused')}
        command={<CommandLine operation="PreviewKeyPolicy" input={inputOf(keyId, policy)} />}
        columns={[
          {
            id: 'who',
            header: t('access.who'),
            cell: ({ Principal }) => Principal,
            isRowHeader: true,
          },
          {
            id: 'change',
            header: t('preview.change'),
            minWidth: 180,
            cell: (one) => <Changes of={one} />,
          },
          {
            id: 'edited',
            header: t('preview.edited'),
            cell: ({ Access }) => <May access={Access} />,
          },
          {
            id: 'saved',
            header: t('preview.saved'),
            cell: ({ SavedAccess }) => <May access={SavedAccess} />,
          },
        ]}
      />
    </SpaceBetween>
  )
}

/** Who gains and who loses what, before it is saved; whom that leaves as they are is not told. */
export function PreviewedChanges({
  keyId,
  policy,
}: {
  readonly keyId: string
  readonly policy: string
}) {
  const t = useTexts()
  const { items, first, more, error } = usePreview(keyId, policy)
  // what it is refused for is told beside the text
  if (error !== null || first === undefined) return null
  const changed = items.filter((one) => one.Changes.length > 0)
  return (
    <SpaceBetween size="m">
      <LockedOut first={first} />
      <Box variant="h3">{t('preview.changes')}</Box>
      {changed.map((one) => (
        <div key={one.Principal}>
          <Box variant="awsui-key-label">{one.Principal}</Box>
          <Changes of={one} />
        </div>
      ))}
      {changed.length === 0 && !more && t('preview.nobody')}
      {more && t('preview.more', { count: items.length })}
    </SpaceBetween>
  )
}

/** The lockout safety check of PutKeyPolicy, in words. */
function LockedOut({ first }: { readonly first: Output<'PreviewKeyPolicy'> | undefined }) {
  const t = useTexts()
  if (first?.LocksOut !== true) return null
  return (
    <Alert type="warning" header={t('preview.locked-out')}>
      {t('preview.locked-out.description')}
    </Alert>
  )
}

const TYPES = {
  gained: 'success',
  lost: 'error',
  conditional: 'warning',
  unconditional: 'info',
} as const

function Changes({ of: { Changes: changes } }: { readonly of: Previewed }) {
  const t = useTexts()
  if (changes.length === 0) return <Box color="text-body-secondary">{t('preview.same')}</Box>
  return changes.map(({ Change, Actions }) => (
    <div key={Change}>
      <StatusIndicator type={TYPES[Change]}>{t(`preview.${Change}`)}</StatusIndicator>
      <Box>
        <ActionNames actions={Actions} />
      </Box>
    </div>
  ))
}

function May({ access }: { readonly access: Previewed['Access'] }) {
  const t = useTexts()
  if (access.length === 0) return <Box color="text-body-secondary">{t('preview.nothing')}</Box>
  return (
    <SpaceBetween size="s">
      {access.map(({ Actions, Conditional, Reason }) => (
        <div key={`${Conditional} ${Reason}`}>
          <ActionNames actions={Actions} />
          {Conditional && <Box color="text-body-secondary">{t('access.conditional')}</Box>}
          <Box variant="small">{Reason}</Box>
        </div>
      ))}
    </SpaceBetween>
  )
}
