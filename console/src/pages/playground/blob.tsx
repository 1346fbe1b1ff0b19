import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Base64Field, isPasted, pasted } from '../../parts/base64-field.tsx'
import { bytesOf } from '../../parts/bytes.ts'
import { CommandLine } from '../../parts/command-line.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session/context.tsx'
import { addressOf, useFollow } from '../../shell/navigate.ts'
import { type Explained, explained, type OwnBlob, type SdkMessage } from './blob-format.ts'

/** Says what a ciphertext is: read in the browser, sent nowhere, and nothing of it is decrypted. */
export function Blob() {
  const t = useTexts()
  const [text, setText] = useState('')
  const bytes = isPasted(text) ? bytesOf(pasted(text)) : undefined
  return (
    <SpaceBetween size="l">
      <Container>
        <Base64Field
          label={t('ciphertext')}
          description={t('blob.description')}
          value={text}
          onChange={setText}
        />
      </Container>
      {bytes !== undefined && (
        <div role="status">
          <What of={explained(bytes)} length={bytes.length} />
        </div>
      )}
    </SpaceBetween>
  )
}

function What({ of, length }: { readonly of: Explained; readonly length: number }) {
  const t = useTexts()
  switch (of.kind) {
    case 'own':
      return <Own blob={of} length={length} />
    case 'encryption-sdk':
      return <Message message={of} length={length} />
    case 'aws':
      return (
        <Alert type="warning" header={t('blob.aws')}>
          {t('blob.aws.description')}
        </Alert>
      )
    case 'sized':
      return (
        <Alert type="info" header={t('blob.sized', { length, specs: of.specs.join(', ') })}>
          {t('blob.sized.description')}
        </Alert>
      )
    case 'unknown':
      return (
        <Alert type="warning" header={t('blob.unknown', { length })}>
          {t('blob.unknown.description')}
        </Alert>
      )
  }
}

const bytesText = (count: number, t: ReturnType<typeof useTexts>) => t('blob.bytes', { count })

function Own({ blob, length }: { readonly blob: OwnBlob; readonly length: number }) {
  const t = useTexts()
  const session = useSession()
  const isOwn = blob.account === session.account
  const isMultiRegion = blob.region === 'global'
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('blob.own')}</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: t('blob.format'), value: t('blob.format.own', { suite: blob.suite }) },
            { label: t('algorithm'), value: t(`blob-suite.${blob.suite}`) },
            { label: t('key'), value: <KeyOf blob={blob} linked={isOwn} /> },
            {
              label: t('blob.account'),
              value: isOwn ? blob.account : t('blob.account.other', { account: blob.account }),
            },
            {
              label: t('region'),
              value: isMultiRegion ? t('blob.region.any') : blob.region,
            },
            {
              label: t('rotation.material'),
              value: <span className="policy-text">{blob.materialId}</span>,
            },
            { label: t('blob.length'), value: bytesText(length, t) },
            { label: t('blob.plaintext'), value: bytesText(blob.plaintextLength, t) },
            { label: t('context'), value: t('blob.context') },
          ]}
        />
      </Container>
      {isOwn && <Material blob={blob} />}
    </SpaceBetween>
  )
}

const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

/** The ARN of a blob's key: of a multi-Region key in the Region that is asked. */
function KeyOf({ blob, linked }: { readonly blob: OwnBlob; readonly linked: boolean }) {
  const session = useSession()
  const follow = useFollow()
  const region = blob.region === 'global' ? session.region : blob.region
  const arn = `arn:${partitionOf(region)}:kms:${region}:${blob.account}:key/${blob.keyId}`
  if (!linked || region !== session.region) return arn
  return (
    <Link href={addressOf(`/keys/${blob.keyId}`)} onFollow={follow}>
      {arn}
    </Link>
  )
}

/** Which version of an own key it was: the one that encrypts now, or an older one. */
function Material({ blob: { keyId, materialId } }: { readonly blob: OwnBlob }) {
  const t = useTexts()
  const input = { KeyId: keyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL', Limit: 1000 } as const
  const { data } = useRead('ListKeyRotations', input)
  if (data === undefined) return null
  const found = data.output.Rotations.find((one) => one.KeyMaterialId === materialId)
  const told: ReactNode =
    found === undefined
      ? t(data.output.Truncated ? 'blob.material.older' : 'blob.material.none')
      : t(found.KeyMaterialState === 'CURRENT' ? 'blob.material.current' : 'blob.material.former')
  return (
    <Container
      header={<Header variant="h2">{t('blob.material')}</Header>}
      footer={<CommandLine operation="ListKeyRotations" input={input} />}
    >
      {told}
      {found?.RotationDate !== undefined && (
        <Box color="text-body-secondary">
          {t('rotation.when')}: <Time at={found.RotationDate} />
        </Box>
      )}
    </Container>
  )
}

/** What the header of a message of the AWS Encryption SDK says, and what each of its data keys is wrapped in. */
function Message({ message, length }: { readonly message: SdkMessage; readonly length: number }) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <Alert type="info" header={t('blob.sdk')}>
        {t('blob.sdk.description')}
      </Alert>
      <Container header={<Header variant="h2">{t('blob.sdk.header')}</Header>}>
        <KeyValuePairs
          columns={2}
          items={[
            { label: t('blob.format'), value: t('blob.format.sdk', { version: message.version }) },
            { label: t('algorithm'), value: message.algorithm },
            { label: t('blob.length'), value: bytesText(length, t) },
            {
              label: t('context'),
              value:
                message.context.length === 0
                  ? t('context.none')
                  : message.context.map(([name, value]) => (
                      <div key={name}>{`${name} = ${value}`}</div>
                    )),
            },
            ...message.keys.map(({ provider, info, wrapped }, index) => ({
              label: t('blob.sdk.key', { number: index + 1 }),
              value: (
                <>
                  <div>{info === undefined ? provider : `${provider}: ${info}`}</div>
                  <Box color="text-body-secondary">{t(`blob-wrapped.${wrapped.kind}`)}</Box>
                </>
              ),
            })),
          ]}
        />
      </Container>
    </SpaceBetween>
  )
}
