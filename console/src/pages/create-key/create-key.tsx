import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Wizard from '@cloudscape-design/components/wizard'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { jsonFault } from '../../parts/json-text.ts'
import { Problem } from '../../parts/problem.tsx'
import { useSession } from '../../session/context.tsx'
import { useTell } from '../../shell/notices.tsx'
import { policyOf } from '../keys/default-policy.ts'
import { FIRST_WISH, hasPlace, isAlias, keyOf, type Wish } from './choices.ts'
import { Configure } from './configure.tsx'
import { Labels } from './labels.tsx'
import { Permissions } from './permissions.tsx'
import { Review } from './review.tsx'

/** Makes a key, step by step as AWS's console does. */
export default function CreateKey() {
  const t = useTexts()
  const session = useSession()
  const tell = useTell()
  const [, navigate] = useLocation()
  const [wish, setWish] = useState<Wish>(FIRST_WISH)
  const [step, setStep] = useState(0)
  // who presses twice, or anew after an answer was lost, gets the same key
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const createKey = useChange('CreateKey')
  const createAlias = useChange('CreateAlias')
  const change = (some: Partial<Wish>) => setWish((before) => ({ ...before, ...some }))

  const written = useMemo(
    () =>
      policyOf({
        account: session.account,
        partition: session.arn.split(':')[1] ?? 'aws',
        usage: wish.usage,
        symmetric: wish.type === 'symmetric',
        administrators: wish.administrators,
        users: wish.users,
        deletion: wish.deletion,
      }),
    [session, wish],
  )
  const policy = wish.policy ?? written
  const ready = hasPlace(wish) && isAlias(wish.alias) && jsonFault(policy) === undefined

  const create = async () => {
    const { KeyMetadata } = await createKey.mutateAsync({
      ...keyOf(wish, policy),
      $: { idempotencyKey },
    })
    const { KeyId } = KeyMetadata
    tell({ content: t('create.done', { key: KeyId }) })
    if (wish.alias !== '') {
      const AliasName = `alias/${wish.alias}`
      try {
        await createAlias.mutateAsync({ AliasName, TargetKeyId: KeyId })
      } catch (error) {
        // the key is there: its page is where to give it another name
        tell({
          type: 'warning',
          content: (
            <Problem error={error} title={t('create.without-alias', { alias: AliasName })} />
          ),
        })
      }
    }
    navigate(wish.origin === 'EXTERNAL' ? `/keys/${KeyId}/material/import` : `/keys/${KeyId}`)
  }

  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail }) => {
        if (detail.requestedStepIndex <= step || ready) setStep(detail.requestedStepIndex)
      }}
      onCancel={() => navigate('/keys')}
      onSubmit={() => void create().catch(() => {})}
      isLoadingNextStep={createKey.isPending || createAlias.isPending}
      submitButtonText={t('create.submit')}
      steps={[
        {
          title: t('create.configure'),
          content: <Configure wish={wish} onChange={change} onWish={setWish} />,
        },
        { title: t('create.labels'), content: <Labels wish={wish} onChange={change} /> },
        {
          title: t('create.permissions'),
          description: t('create.permissions.description'),
          content: <Permissions wish={wish} policy={policy} onChange={change} />,
        },
        {
          title: t('create.review'),
          content: (
            <SpaceBetween size="l">
              <Problem error={createKey.error} title={t('create.failed')} />
              <Review wish={wish} policy={policy} onStep={setStep} />
              {wish.origin === 'EXTERNAL' && (
                <Box color="text-body-secondary">{t('create.import-later')}</Box>
              )}
            </SpaceBetween>
          ),
        },
      ]}
    />
  )
}
