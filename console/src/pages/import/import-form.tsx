import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Problem } from '../../parts/problem.tsx'
import type { KeyMetadata } from '../key/metadata.ts'
import { KeyState } from '../keys/state.tsx'
import { ExpirationField, NEVER, validToOf } from './expiration.tsx'
import { secretLength } from './file-material.ts'
import { algorithmFor } from './key-wrap.ts'
import { FileMaterial, RandomMaterial, type Way, WayField, waysOf } from './source.tsx'
import { useImport } from './use-import.ts'
import { type Wrapped, WrappedMaterial } from './wrapped.tsx'

const WRAPPING_KEYS = ['RSA_4096', 'RSA_3072', 'RSA_2048'] as const
type WrappingKey = (typeof WRAPPING_KEYS)[number]
const IMPORT_TYPES = ['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'] as const
type ImportType = (typeof IMPORT_TYPES)[number]

/** what AWS takes as the description of material (ImportKeyMaterial, KeyMaterialDescription) */
const DESCRIPTION = /^[\w:/\s.-]{0,256}$/

/**
 * Asks for material, wraps it in the tab, and imports it.
 * @param expected the id of material that the key has had, and that is to come back
 */
export function ImportForm({
  metadata,
  expected,
}: {
  readonly metadata: KeyMetadata
  readonly expected: string | undefined
}) {
  const t = useTexts()
  const [, navigate] = useLocation()
  const { KeyId, KeySpec, KeyState: state, CurrentKeyMaterialId: current } = metadata
  const secret = secretLength(KeySpec) !== undefined
  // further material is for keys that rotate; all others take back what they had
  const rotating = KeySpec === 'SYMMETRIC_DEFAULT' && current !== undefined
  const ways = waysOf(metadata)
  const back = expected !== undefined || (state === 'PendingImport' && current !== undefined)
  const [way, setWay] = useState<Way>(back ? 'file' : (ways[0] ?? 'file'))
  const [material, setMaterial] = useState<Uint8Array<ArrayBuffer>>()
  const [wrapped, setWrapped] = useState<Wrapped>({ material: undefined, token: undefined })
  const [wrappingKey, setWrappingKey] = useState<WrappingKey>('RSA_4096')
  const [type, setType] = useState<ImportType>(back ? 'EXISTING_KEY_MATERIAL' : 'NEW_KEY_MATERIAL')
  const [description, setDescription] = useState('')
  const [expiration, setExpiration] = useState(NEVER)
  const { run, busy, error } = useImport(KeyId)

  const validTo = expiration.expires ? validToOf(expiration, Date.now()) : undefined
  const input = {
    KeyId,
    ExpirationModel: expiration.expires
      ? ('KEY_MATERIAL_EXPIRES' as const)
      : ('KEY_MATERIAL_DOES_NOT_EXPIRE' as const),
    ...(validTo !== undefined && { ValidTo: validTo }),
    ...(rotating && { ImportType: type }),
    ...(rotating && expected !== undefined && { KeyMaterialId: expected }),
    ...(secret && description !== '' && { KeyMaterialDescription: description }),
  }
  const parameters = {
    KeyId,
    WrappingAlgorithm: algorithmFor(material?.length ?? 0, Number(wrappingKey.slice(4))),
    WrappingKeySpec: wrappingKey,
  }
  const there =
    way === 'wrapped'
      ? wrapped.material !== undefined && wrapped.token !== undefined
      : material !== undefined
  const ready =
    there && DESCRIPTION.test(description) && (!expiration.expires || validTo !== undefined)

  const submit = async () => {
    if (way !== 'wrapped') {
      if (material === undefined) return
      await run({ input, parameters, material })
    } else if (wrapped.material !== undefined && wrapped.token !== undefined) {
      await run({ input, wrapped: wrapped.material.bytes, token: wrapped.token.bytes })
    }
    navigate(`/keys/${KeyId}/material`)
  }
  const props = { metadata, material, onChange: setMaterial }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        // the refusal is shown by `error`
        if (ready && !busy) void submit().catch(() => {})
      }}
    >
      <Form
        header={
          <Header variant="h1" description={`${KeyId} · ${KeySpec ?? ''}`}>
            {t('material.import')}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              variant="link"
              formAction="none"
              onClick={() => navigate(`/keys/${KeyId}/material`)}
            >
              {t('cancel')}
            </Button>
            <Button variant="primary" disabled={!ready} loading={busy}>
              {t('material.import')}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container
            header={
              <Header variant="h2" actions={<KeyState state={state} />}>
                {t('material')}
              </Header>
            }
          >
            <SpaceBetween size="l">
              <WayField
                ways={ways}
                way={way}
                onChange={(chosen) => {
                  setWay(chosen)
                  setMaterial(undefined)
                }}
              />
              {way === 'random' && <RandomMaterial {...props} />}
              {way === 'file' && <FileMaterial {...props} />}
              <FormField
                label={t('material.wrapping-key')}
                description={t('material.wrapping-key.description')}
              >
                <Select
                  selectedOption={{ value: wrappingKey, label: wrappingKey }}
                  options={WRAPPING_KEYS.map((value) => ({ value, label: value }))}
                  onChange={({ detail }) => {
                    const spec = WRAPPING_KEYS.find((one) => one === detail.selectedOption.value)
                    if (spec !== undefined) setWrappingKey(spec)
                  }}
                />
              </FormField>
              {way === 'wrapped' && (
                <WrappedMaterial
                  metadata={metadata}
                  wrappingKey={wrappingKey}
                  wrapped={wrapped}
                  onChange={setWrapped}
                />
              )}
              {way !== 'wrapped' && (
                <Box color="text-body-secondary">{t('material.not-in-clear')}</Box>
              )}
            </SpaceBetween>
          </Container>
          {secret && (
            <Container
              header={<Header variant="h2">{t(rotating ? 'material.kind' : 'description')}</Header>}
            >
              <SpaceBetween size="l">
                {rotating && (
                  <RadioGroup
                    ariaLabel={t('material.kind')}
                    value={type}
                    onChange={({ detail }) => {
                      const chosen = IMPORT_TYPES.find((one) => one === detail.value)
                      if (chosen !== undefined) setType(chosen)
                    }}
                    items={IMPORT_TYPES.map((value) => ({
                      value,
                      label: t(`material-kind.${value}`),
                      description: t(`material-kind.${value}.description`),
                      disabled: expected !== undefined && value === 'NEW_KEY_MATERIAL',
                    }))}
                  />
                )}
                {expected !== undefined && (
                  <FormField label={t('rotation.material')}>
                    <Box variant="code">{expected}</Box>
                  </FormField>
                )}
                <FormField
                  label={t('material.description')}
                  errorText={DESCRIPTION.test(description) ? '' : t('material.description.wrong')}
                >
                  <Input
                    value={description}
                    onChange={({ detail }) => setDescription(detail.value)}
                  />
                </FormField>
              </SpaceBetween>
            </Container>
          )}
          <Container header={<Header variant="h2">{t('material.expiration')}</Header>}>
            <ExpirationField expiration={expiration} onChange={setExpiration} />
          </Container>
          <Container header={<Header variant="h2">{t('command')}</Header>}>
            <SpaceBetween size="xs">
              {way !== 'wrapped' && (
                <CommandLine operation="GetParametersForImport" input={parameters} />
              )}
              <CommandLine
                operation="ImportKeyMaterial"
                input={{ ImportToken: '', EncryptedKeyMaterial: '', ...input }}
                hidden={['ImportToken', 'EncryptedKeyMaterial']}
              />
            </SpaceBetween>
          </Container>
          <Problem error={error} title={t('material.not-imported')} />
        </SpaceBetween>
      </Form>
    </form>
  )
}
