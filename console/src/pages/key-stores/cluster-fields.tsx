import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { type ChosenFile, FileField } from '../../parts/file-field.tsx'
import type { ClusterText } from './store.ts'

/** Asks for a cluster and the password of its user. */
export function ClusterFields({
  cluster,
  onChange,
  keeps = false,
}: {
  readonly cluster: ClusterText
  readonly onChange: (cluster: ClusterText) => void
  /** whether a password that is left empty stays as it was */
  readonly keeps?: boolean
}) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <FormField label={t('cluster.id')}>
        <Input
          value={cluster.cluster}
          onChange={({ detail }) => onChange({ ...cluster, cluster: detail.value.trim() })}
          placeholder="cluster-22222222222"
          spellcheck={false}
        />
      </FormField>
      <FormField
        label={t('cluster.password')}
        description={t(keeps ? 'cluster.password.keeps' : 'cluster.password.description')}
      >
        <Input
          type="password"
          autoComplete={false}
          value={cluster.password}
          onChange={({ detail }) => onChange({ ...cluster, password: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  )
}

/** Takes the certificate that a cluster is known by. */
export function TrustAnchorField(props: {
  readonly chosen: ChosenFile | undefined
  readonly onChange: (chosen: ChosenFile | undefined) => void
}) {
  const t = useTexts()
  return (
    <FileField
      label={t('cluster.anchor')}
      description={t('cluster.anchor.description')}
      accept=".crt,.pem,.cer"
      {...props}
    />
  )
}
