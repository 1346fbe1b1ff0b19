import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Tiles from '@cloudscape-design/components/tiles'
import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { type ChosenFile, FileField } from '../../parts/file-field.tsx'
import { save } from '../../parts/save.ts'
import type { KeyMetadata } from '../key/metadata.ts'
import { materialOf, secretLength } from './file-material.ts'

/** Where the material comes from: random bytes of the browser, a file, or what was wrapped elsewhere. */
export type Way = 'random' | 'file' | 'wrapped'

const WAYS: readonly Way[] = ['random', 'file', 'wrapped']

/** The ways of a key: no private key is made here. */
export const waysOf = ({ KeySpec: spec }: KeyMetadata): readonly Way[] =>
  WAYS.filter((way) => way !== 'random' || secretLength(spec) !== undefined)

/** Chooses where the material comes from. */
export function WayField({
  ways,
  way,
  onChange,
}: {
  readonly ways: readonly Way[]
  readonly way: Way
  readonly onChange: (way: Way) => void
}) {
  const t = useTexts()
  return (
    <Tiles
      ariaLabel={t('material.way')}
      value={way}
      onChange={({ detail }) => {
        const chosen = ways.find((one) => one === detail.value)
        if (chosen !== undefined) onChange(chosen)
      }}
      items={ways.map((one) => ({
        value: one,
        label: t(`material-way.${one}`),
        description: t(`material-way.${one}.description`),
      }))}
    />
  )
}

interface Props {
  readonly metadata: KeyMetadata
  readonly material: Uint8Array<ArrayBuffer> | undefined
  readonly onChange: (material: Uint8Array<ArrayBuffer> | undefined) => void
}

/** Makes random material, and saves it at once: what nobody has kept could never be imported again. */
export function RandomMaterial({ metadata, material, onChange }: Props) {
  const t = useTexts()
  const length = secretLength(metadata.KeySpec) ?? 0
  const make = () => {
    const made = crypto.getRandomValues(new Uint8Array(length))
    save(`${metadata.KeyId}.key-material.bin`, new Blob([made]))
    onChange(made)
  }
  return (
    <FormField
      label={t('material.random', { count: length })}
      description={t('material.random.description')}
    >
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        <Button iconName="download" formAction="none" onClick={make}>
          {t('material.random.make')}
        </Button>
        <div role="status">
          {material !== undefined && (
            <StatusIndicator type="success">{t('material.random.made')}</StatusIndicator>
          )}
        </div>
      </SpaceBetween>
    </FormField>
  )
}

/** Takes material from a file of the person's own. */
export function FileMaterial({ metadata, onChange }: Props) {
  const t = useTexts()
  const [chosen, setChosen] = useState<ChosenFile>()
  const length = secretLength(metadata.KeySpec)
  const read = chosen && materialOf(chosen.bytes, metadata.KeySpec)
  const refused = typeof read === 'string' ? t(read, { count: length ?? 0 }) : undefined
  return (
    <FileField
      label={t('material.file')}
      description={
        length === undefined
          ? t('material.file.private', { spec: metadata.KeySpec ?? '' })
          : t('material.file.secret', { count: length })
      }
      chosen={chosen}
      onChange={(file) => {
        setChosen(file)
        const material = file && materialOf(file.bytes, metadata.KeySpec)
        onChange(typeof material === 'string' ? undefined : material)
      }}
      {...(refused !== undefined && { error: refused })}
    />
  )
}
