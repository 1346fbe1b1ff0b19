import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { LastUse } from '../keys/last-use.tsx'
import { KeyState } from '../keys/state.tsx'
import type { KeyMetadata } from './metadata.ts'

const algorithmsOf = (metadata: KeyMetadata): readonly string[] => [
  ...(metadata.EncryptionAlgorithms ?? []),
  ...(metadata.SigningAlgorithms ?? []),
  ...(metadata.MacAlgorithms ?? []),
  ...(metadata.KeyAgreementAlgorithms ?? []),
  ...(metadata.EncapsulationAlgorithms ?? []),
]

/** What a key is. */
export function General({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const follow = useFollow()
  const { Arn: arn = '', MultiRegionConfiguration: regions } = metadata
  const copied = (text: string, what: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={t('copy.of', { what })}
      copySuccessText={t('copied')}
      copyErrorText={t('copy.failed')}
    />
  )
  const others = [regions?.PrimaryKey, ...(regions?.ReplicaKeys ?? [])]
    .flatMap((one) => one?.Region ?? [])
    .join(', ')
  return (
    <Container
      header={<Header variant="h2">{t('key.general')}</Header>}
      footer={<CommandLine operation="DescribeKey" input={{ KeyId: metadata.KeyId }} />}
    >
      <KeyValuePairs
        columns={4}
        minColumnWidth={170}
        items={[
          { label: t('arn'), value: copied(arn, t('arn')) },
          { label: t('key.state'), value: <KeyState state={metadata.KeyState} /> },
          { label: t('key.spec'), value: metadata.KeySpec ?? '–' },
          { label: t('key.usage'), value: metadata.KeyUsage ?? '–' },
          { label: t('description'), value: metadata.Description || '–' },
          { label: t('created'), value: <Time at={metadata.CreationDate} /> },
          { label: t('key.last-use'), value: <LastUse keyId={metadata.KeyId} /> },
          { label: t('key.origin'), value: metadata.Origin ?? '–' },
          {
            label: t('key.regions'),
            value:
              regions === undefined
                ? t('key.single-region')
                : `${t('key.multi-region')} (${regions.MultiRegionKeyType}): ${others}`,
          },
          { label: t('key.algorithms'), value: algorithmsOf(metadata).join(', ') || '–' },
          ...(metadata.ValidTo === undefined
            ? []
            : [{ label: t('key.valid-to'), value: <Time at={metadata.ValidTo} /> }]),
          ...(metadata.CustomKeyStoreId === undefined
            ? []
            : [
                {
                  label: t('store'),
                  value: (
                    <Link
                      href={addressOf(`/key-stores/${metadata.CustomKeyStoreId}`)}
                      onFollow={follow}
                    >
                      {metadata.CustomKeyStoreId}
                    </Link>
                  ),
                },
              ]),
          ...(metadata.XksKeyConfiguration === undefined
            ? []
            : [{ label: t('store.external-key'), value: metadata.XksKeyConfiguration.Id ?? '–' }]),
        ]}
      />
    </Container>
  )
}
