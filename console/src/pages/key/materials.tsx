import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { type ReactNode, useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { type TextKey, useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { useFollow } from '../../shell/navigate.ts'
import { RotateNow } from './rotation.tsx'

/** KeyMaterialState (API_RotationsListEntry) as AWS's console shows it */
const STATES: ReadonlyMap<string, readonly [StatusIndicatorProps.Type, TextKey]> = new Map([
  ['CURRENT', ['success', 'rotation.current']],
  ['NON_CURRENT', ['stopped', 'material.non-current']],
  ['PENDING_ROTATION', ['pending', 'material.pending-rotation']],
  ['PENDING_MULTI_REGION_IMPORT_AND_ROTATION', ['pending', 'material.pending-regions']],
])

/** Every material of a key that rotates: which is current, what is there of it, until when. */
export function Materials({
  keyId: KeyId,
  actions,
  addressOfImport,
  onDelete,
}: {
  readonly keyId: string
  readonly actions: ReactNode
  readonly addressOfImport: string
  readonly onDelete: (material: string) => void
}) {
  const t = useTexts()
  const follow = useFollow()
  const [rotating, setRotating] = useState(false)
  const input = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' as const, Limit: 50 }
  const pages = usePages('ListKeyRotations', input, (page) => page.Rotations)
  const waits = pages.items.some(({ KeyMaterialState: state }) => state === 'PENDING_ROTATION')
  return (
    <>
      <Listing
        title={t('material')}
        pages={pages}
        trackBy={({ KeyMaterialId = '' }) => KeyMaterialId}
        none={t('material.none')}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!waits} onClick={() => setRotating(true)}>
              {t('rotation.now')}
            </Button>
            {actions}
          </SpaceBetween>
        }
        command={<CommandLine operation="ListKeyRotations" input={input} />}
        columns={[
          {
            id: 'material',
            header: t('rotation.material'),
            cell: ({ KeyMaterialId = '–' }) => KeyMaterialId.slice(0, 16),
            isRowHeader: true,
          },
          {
            id: 'state',
            header: t('key.state'),
            cell: ({ KeyMaterialState: state = '' }) => {
              const [type, text] = STATES.get(state) ?? []
              if (type === undefined || text === undefined) return state
              return <StatusIndicator type={type}>{t(text)}</StatusIndicator>
            },
          },
          {
            id: 'import',
            header: t('material.import-state'),
            cell: ({ ImportState: state }) =>
              state === 'IMPORTED' ? (
                <StatusIndicator type="success">{t('material.there')}</StatusIndicator>
              ) : (
                <StatusIndicator type="pending">{t('state.pending-import')}</StatusIndicator>
              ),
          },
          {
            id: 'description',
            header: t('description'),
            cell: ({ KeyMaterialDescription: words }) => words ?? '–',
          },
          {
            id: 'expires',
            header: t('material.expiration'),
            cell: ({ ExpirationModel: model, ValidTo }) =>
              model === 'KEY_MATERIAL_DOES_NOT_EXPIRE' ? (
                t('material.expires.never')
              ) : (
                <Time at={ValidTo} />
              ),
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ KeyMaterialId: id = '', ImportState: state }) => (
              <SpaceBetween direction="horizontal" size="xs">
                {state === 'IMPORTED' ? (
                  <Button
                    variant="inline-link"
                    ariaLabel={t('delete.of', { what: id.slice(0, 16) })}
                    onClick={() => onDelete(id)}
                  >
                    {t('delete')}
                  </Button>
                ) : (
                  <Button
                    variant="inline-link"
                    ariaLabel={t('material.import-again', { material: id.slice(0, 16) })}
                    href={`${addressOfImport}?material=${id}`}
                    onFollow={follow}
                  >
                    {t('material.import')}
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {rotating && <RotateNow keyId={KeyId} onDismiss={() => setRotating(false)} />}
    </>
  )
}
