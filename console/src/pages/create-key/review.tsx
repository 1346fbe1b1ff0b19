import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { commandOf } from '../../parts/aws-line.ts'
import { CommandLine, ShellLine } from '../../parts/command-line.tsx'
import { JsonText } from '../../parts/json-editor.tsx'
import { keyOf, type Wish } from './choices.ts'

/** The last step: all that was chosen, and the commands that do the same. */
export function Review({
  wish,
  policy,
  onStep,
}: {
  readonly wish: Wish
  readonly policy: string
  readonly onStep: (step: number) => void
}) {
  const t = useTexts()
  const create = commandOf('CreateKey', keyOf(wish, policy))
  const header = (title: string, step: number) => (
    <Header
      variant="h2"
      actions={
        <Button
          formAction="none"
          ariaLabel={t('edit.of', { what: title })}
          onClick={() => onStep(step)}
        >
          {t('edit')}
        </Button>
      }
    >
      {title}
    </Header>
  )
  return (
    <SpaceBetween size="l">
      <Container header={header(t('create.configure'), 0)}>
        <KeyValuePairs
          columns={3}
          minColumnWidth={170}
          items={[
            { label: t('create.type'), value: t(`create.${wish.type}`) },
            { label: t('key.usage'), value: t(`usage.${wish.usage}`) },
            { label: t('key.spec'), value: wish.spec },
            { label: t('key.origin'), value: t(`origin.${wish.origin}`) },
            {
              label: t('key.regions'),
              value: t(wish.multiRegion ? 'key.multi-region' : 'key.single-region'),
            },
            ...(wish.store === '' ? [] : [{ label: t('store'), value: wish.store }]),
            ...(wish.external === ''
              ? []
              : [{ label: t('store.external-key'), value: wish.external }]),
          ]}
        />
      </Container>
      <Container header={header(t('create.labels'), 1)}>
        <KeyValuePairs
          columns={3}
          minColumnWidth={170}
          items={[
            { label: t('alias'), value: wish.alias === '' ? '–' : `alias/${wish.alias}` },
            { label: t('description'), value: wish.description || '–' },
            {
              label: t('tags'),
              value: wish.tags.map(({ key, value }) => `${key}=${value}`).join(', ') || '–',
            },
          ]}
        />
      </Container>
      <Container header={header(t('policy'), 2)}>
        <pre className="policy-text">
          <JsonText text={policy} />
        </pre>
      </Container>
      <Container header={<Header variant="h2">{t('command')}</Header>}>
        <SpaceBetween size="xs">
          {wish.alias === '' ? (
            <ShellLine line={create} />
          ) : (
            <>
              <ShellLine
                line={`TARGET_KEY_ID=$(${create} --query KeyMetadata.KeyId --output text)`}
              />
              <CommandLine
                operation="CreateAlias"
                input={{ AliasName: `alias/${wish.alias}`, TargetKeyId: '' }}
                hidden={['TargetKeyId']}
              />
            </>
          )}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  )
}
