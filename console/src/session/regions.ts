import { useQuery } from '@tanstack/react-query'
import { loadSettings } from './settings.ts'

/** AWS's Regions of its commercial partition, as its console lists them. */
const OF_AWS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
] as const

/** The Regions that there are to choose from. */
interface Regions {
  /** those that can be named: the installation's, or AWS's where it serves all of its partition */
  readonly names: readonly string[]
  /** whether others than these can be named */
  readonly open: boolean
}

/** The Regions of the installation, as its settings tell; undefined until they are there. */
export function useRegions(): Regions | undefined {
  const { data } = useQuery({ queryKey: ['settings'], queryFn: loadSettings })
  if (data === undefined) return undefined
  return data.regions === undefined
    ? { names: OF_AWS, open: true }
    : { names: data.regions, open: false }
}
