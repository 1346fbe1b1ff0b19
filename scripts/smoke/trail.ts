import { askAws } from './aws-cli.ts'
import { Skipped, type Step } from './step.ts'

const KMS = 'kms.amazonaws.com'

interface Trail {
  readonly Name: string
  readonly TrailARN: string
  readonly HomeRegion: string
}

/** A condition of an advanced selector; values of one operator are alternatives. */
interface Field {
  readonly Field: string
  readonly Equals?: readonly string[]
  readonly StartsWith?: readonly string[]
  readonly EndsWith?: readonly string[]
  readonly NotEquals?: readonly string[]
  readonly NotStartsWith?: readonly string[]
  readonly NotEndsWith?: readonly string[]
}

/** What a trail logs; it has selectors of one kind. */
interface Selectors {
  readonly EventSelectors?: readonly {
    readonly ReadWriteType?: string
    readonly IncludeManagementEvents?: boolean
    readonly ExcludeManagementEventSources?: readonly string[]
  }[]
  readonly AdvancedEventSelectors?: readonly { readonly FieldSelectors: readonly Field[] }[]
}

/**
 * Whether a trail logs what is done to keys of AWS KMS, by whomever.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
function logsWritesOfKms(selectors: Selectors): boolean {
  const { EventSelectors = [], AdvancedEventSelectors = [] } = selectors
  const basic = EventSelectors.some(
    ({ ReadWriteType, IncludeManagementEvents, ExcludeManagementEventSources = [] }) =>
      IncludeManagementEvents === true &&
      ReadWriteType !== 'ReadOnly' &&
      !ExcludeManagementEventSources.includes(KMS),
  )
  return basic || AdvancedEventSelectors.some(({ FieldSelectors }) => takesWrites(FieldSelectors))
}

/** A write of AWS KMS, as the fields that every event has say it; what looks at others takes but some. */
const WRITE: ReadonlyMap<string, string> = new Map([
  ['eventCategory', 'Management'],
  ['readOnly', 'false'],
  ['eventSource', KMS],
])

const takesWrites = (fields: readonly Field[]): boolean =>
  fields.every((field) => {
    const value = WRITE.get(field.Field)
    return value !== undefined && fits(field, value)
  })

function fits(field: Field, value: string): boolean {
  const { Equals = [], StartsWith = [], EndsWith = [] } = field
  const { NotEquals = [], NotStartsWith = [], NotEndsWith = [] } = field
  const amongThem = (
    equal: readonly string[],
    begins: readonly string[],
    ends: readonly string[],
  ): boolean =>
    equal.includes(value) ||
    begins.some((text) => value.startsWith(text)) ||
    ends.some((text) => value.endsWith(text))
  const positive = Equals.length + StartsWith.length + EndsWith.length > 0
  if (positive && !amongThem(Equals, StartsWith, EndsWith)) return false
  return !amongThem(NotEquals, NotStartsWith, NotEndsWith)
}

/** Why a trail does not tell of the root key; undefined where it does. */
async function silenceOf({ TrailARN, HomeRegion }: Trail): Promise<string | undefined> {
  const at = ['--region', HomeRegion]
  const { IsLogging } = (await askAws(
    'cloudtrail',
    ...['get-trail-status', '--name', TrailARN, ...at],
  )) as { IsLogging: boolean }
  if (!IsLogging) return 'is switched off'
  const selectors = (await askAws(
    'cloudtrail',
    ...['get-event-selectors', '--trail-name', TrailARN, ...at],
  )) as Selectors
  if (logsWritesOfKms(selectors)) return undefined
  return 'leaves out write events, or AWS KMS'
}

/** What is done to the root key is told by CloudTrail alone, and by a trail alone: its history tells nobody. */
export const trail: Step = {
  name: 'a trail that tells of the root key',
  async run({ alarms }) {
    if (alarms === undefined) throw new Skipped('--alarms names no topic of an AWS account')
    // those of other Regions that log this one too, and the organization's, are among them
    const { trailList } = (await askAws('cloudtrail', 'describe-trails')) as {
      trailList: Trail[]
    }
    const silent: string[] = []
    for (const one of trailList) {
      const why = await silenceOf(one).catch((error: unknown) => String(error))
      if (why === undefined) return `${one.Name} logs write events, AWS KMS's among them`
      silent.push(`${one.Name} ${why}`)
    }
    throw new Error(
      `nobody is told what is done to the root key: ${silent.join('; ') || 'there is no trail'}`,
    )
  },
}
