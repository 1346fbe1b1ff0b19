import Box from '@cloudscape-design/components/box'
import Spinner from '@cloudscape-design/components/spinner'
import { useParams, useSearch } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { ImportForm } from './import-form.tsx'

/** Imports key material into one key; `?material=ID` for material that it has had before. */
export default function ImportMaterial() {
  const t = useTexts()
  const { key = '' } = useParams<{ key: string }>()
  const material = new URLSearchParams(useSearch()).get('material') ?? undefined
  const { data, error, isPending, refetch } = useRead('DescribeKey', { KeyId: key })
  if (isPending) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" />
      </Box>
    )
  }
  if (data === undefined) {
    return <Problem error={error} title={t('key.not-shown')} onRetry={() => void refetch()} />
  }
  return <ImportForm metadata={data.output.KeyMetadata} expected={material} />
}
