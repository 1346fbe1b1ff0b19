import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { JsonEditor } from '../../parts/json-editor.tsx'
import { PrincipalsField } from '../../parts/principals-field.tsx'
import type { Wish } from './choices.ts'

/** The third step: who administers the key, who uses it, and the policy that says so. */
export function Permissions({
  wish,
  policy,
  onChange,
}: {
  readonly wish: Wish
  readonly policy: string
  readonly onChange: (some: Partial<Wish>) => void
}) {
  const t = useTexts()
  const edited = wish.policy !== undefined
  return (
    <SpaceBetween size="l">
      {edited ? (
        <Alert
          type="info"
          action={
            <Button formAction="none" onClick={() => onChange({ policy: undefined })}>
              {t('create.policy-back')}
            </Button>
          }
        >
          {t('create.policy-edited')}
        </Alert>
      ) : (
        <Container header={<Header variant="h2">{t('create.who')}</Header>}>
          <SpaceBetween size="l">
            <PrincipalsField
              label={t('create.administrators')}
              description={t('create.administrators.description')}
              arns={wish.administrators}
              onChange={(administrators) => onChange({ administrators })}
            />
            <Checkbox
              checked={wish.deletion}
              onChange={({ detail }) => onChange({ deletion: detail.checked })}
            >
              {t('create.deletion')}
            </Checkbox>
            <PrincipalsField
              label={t('create.users')}
              description={t('create.users.description')}
              arns={wish.users}
              onChange={(users) => onChange({ users })}
            />
          </SpaceBetween>
        </Container>
      )}
      <Container header={<Header variant="h2">{t('policy')}</Header>}>
        <JsonEditor
          label={t('policy.text')}
          description={t('create.policy.description')}
          value={policy}
          onChange={(text) => onChange({ policy: text })}
        />
      </Container>
    </SpaceBetween>
  )
}
