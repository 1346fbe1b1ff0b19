import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Copied } from '../../parts/copied.tsx'
import { Awaited, Detail } from '../../parts/detail.tsx'
import { providerName } from '../../parts/provider-name.ts'
import { Time } from '../../parts/time.tsx'
import { useMember } from '../../shell/navigate.ts'
import { IamTags } from '../permissions/tags.tsx'
import { Audiences } from './audiences.tsx'
import { Thumbprints } from './thumbprints.tsx'

/** One OpenID Connect provider; its place has its ARN. */
export default function Provider() {
  const t = useTexts()
  const arn = useMember(1)
  const name = providerName(arn)
  const [, navigate] = useLocation()
  const [deleting, setDeleting] = useState(false)
  const input = { OpenIDConnectProviderArn: arn }
  const read = useRead('IamGetOpenIDConnectProvider', input)
  const command = <CommandLine operation="IamGetOpenIDConnectProvider" input={input} />
  return (
    <Awaited read={read} notShown={t('provider.not-shown')}>
      {({ output }) => (
        <>
          <Detail
            section="identity-providers"
            name={arn}
            title={name}
            actions={<Button onClick={() => setDeleting(true)}>{t('delete')}</Button>}
            command={command}
            facts={[
              { label: t('arn'), value: <Copied text={arn} what={t('arn')} /> },
              { label: t('entity.kind'), value: 'OpenID Connect' },
              { label: t('created'), value: <Time at={output.CreateDate} /> },
            ]}
            parts={[
              {
                id: 'audiences',
                title: t('provider.audiences'),
                content: <Audiences arn={arn} command={command} />,
              },
              {
                id: 'thumbprints',
                title: t('provider.thumbprints'),
                content: (
                  <Thumbprints arn={arn} thumbprints={output.ThumbprintList} command={command} />
                ),
              },
              { id: 'tags', title: t('tags'), content: <IamTags kind="provider" name={arn} /> },
            ]}
          />
          {deleting && (
            <Confirm
              operation="IamDeleteOpenIDConnectProvider"
              input={input}
              title={t('delete.of', { what: name })}
              submit={t('delete')}
              done={t('provider.deleted', { provider: name })}
              typed={name}
              onDismiss={() => setDeleting(false)}
              onDone={() => navigate('/identity-providers')}
            >
              {t('provider.delete.description')}
            </Confirm>
          )}
        </>
      )}
    </Awaited>
  )
}
