import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { KeyState } from '../keys/state.tsx'
import { Materials } from './materials.tsx'
import type { KeyMetadata } from './metadata.ts'

/** states in which material can be imported (AWS KMS Developer Guide, "Key states") */
const IMPORTABLE: ReadonlySet<string | undefined> = new Set([
  'Enabled',
  'Disabled',
  'PendingImport',
])

/** What a key has of imported material, and what more of it, or less, can be made. */
export function Material({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const follow = useFollow()
  const [deleting, setDeleting] = useState<{ readonly material: string | undefined }>()
  const { KeyId, KeyState: state, ExpirationModel, CurrentKeyMaterialId: current } = metadata
  const addressOfImport = addressOf(`/keys/${KeyId}/material/import`)
  const importing = (
    <Button
      variant="primary"
      href={addressOfImport}
      onFollow={follow}
      disabled={!IMPORTABLE.has(state)}
    >
      {t('material.import')}
    </Button>
  )
  const input = {
    KeyId,
    ...(deleting?.material !== undefined && { KeyMaterialId: deleting.material }),
  }
  return (
    <>
      {metadata.KeySpec === 'SYMMETRIC_DEFAULT' ? (
        <Materials
          keyId={KeyId}
          actions={importing}
          addressOfImport={addressOfImport}
          onDelete={(material) => setDeleting({ material })}
        />
      ) : (
        <Container
          header={
            <Header
              variant="h2"
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    disabled={ExpirationModel === undefined}
                    onClick={() => setDeleting({ material: undefined })}
                  >
                    {t('material.delete')}
                  </Button>
                  {importing}
                </SpaceBetween>
              }
            >
              {t('material')}
            </Header>
          }
          footer={<CommandLine operation="DescribeKey" input={{ KeyId }} />}
        >
          <KeyValuePairs
            columns={3}
            minColumnWidth={170}
            items={[
              { label: t('key.state'), value: <KeyState state={state} /> },
              {
                label: t('material.expiration'),
                value:
                  ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE' ? (
                    t('material.expires.never')
                  ) : (
                    <Time at={metadata.ValidTo} />
                  ),
              },
              ...(current === undefined
                ? []
                : [{ label: t('rotation.material'), value: current.slice(0, 16) }]),
            ]}
          />
        </Container>
      )}
      {deleting !== undefined && (
        <Confirm
          operation="DeleteImportedKeyMaterial"
          input={input}
          title={t('material.delete')}
          submit={t('material.delete')}
          done={t('material.deleted')}
          onDismiss={() => setDeleting(undefined)}
        >
          {t('material.delete.description')}
        </Confirm>
      )}
    </>
  )
}
