import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { listedTenantItem } from '../../core/identity/credential.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import {
  MOST_LEFT,
  SWEEP_MARK,
  type SweepRun,
  sweepMarkItem,
} from '../../core/lifecycle/sweep-mark.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  boolean,
  described,
  integer,
  list,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { deepHealth } from '../../core/xks/health.ts'
import { XKS_HEALTH } from '../../core/xks/protocol.ts'
import { onOperator } from './admin-resources.ts'

/** tenants that are counted: one read of the operator's list */
const MOST_COUNTED = 1000

const count = integer({ min: 0 })
const run = struct({
  At: described('When the run ended', timestamp),
  Rotated: described('Keys that were rotated', count),
  Expired: described('Keys whose imported material expired', count),
  Deleted: described('Keys that were deleted', count),
  AliasesRotated: described('Aliases that were pointed to a new key', count),
  ImportsRemoved: described('Wrapping keys of import parameters that were removed', count),
  Failed: described('Items that could not be done; each is in the log', count),
})

/** Tells an operator how the installation stands. */
export const getInstallation = defineOperation({
  name: 'GetInstallation',
  summary: 'Tells how the installation stands: formats, root key, Regions, health, what is due.',
  http: 'GET /admin/v1/installation',
  audience: 'operator',
  administers: onOperator,
  input: struct({}),
  output: struct({
    Health: described(
      'Whether calls succeed as far as root key, store and trail can tell; looked at once a minute',
      oneOf(XKS_HEALTH),
    ),
    AuditTrail: struct({
      Status: described(
        'Of the process that answered: whether records wait that could not be written, of some accounts or of all',
        oneOf(['ok', 'behind', 'unavailable']),
      ),
      Lost: described('Records that this process gave up since it began', count),
    }),
    Store: described('Where items are', oneOf(['memory', 'sqlite', 'dynamodb'])),
    Format: struct({
      Written: described('Generation of the formats that are written', integer({ min: 1 })),
      Release: described(
        'The highest that this release reads: where it is higher, `tenkey upgrade` raises what is written',
        integer({ min: 1 }),
      ),
    }),
    RootKey: struct({
      Id: described('Id of the root key, or its ARN in AWS KMS', string()),
      Type: oneOf(['LOCAL', 'AWS_KMS']),
      MovingTo: optional(described('Where a move is under way, the other root key', string())),
    }),
    Importing: described('Whether an import is under way, or was cut short', boolean),
    Regions: struct({
      Served: optional(described('The Region that answered; absent where any is served', string())),
      Others: described('Those that the installation has beside it', list(string())),
      Home: optional(described('The one that takes changes of what they share', string())),
      MovingHomeTo: optional(
        described('Where home is being moved; nothing shared is changed meanwhile', string()),
      ),
      Forgotten: described('Those that were lost and taken out', list(string())),
    }),
    Processes: described('Processes that serve, as the settings have it', integer({ min: 1 })),
    Sweeper: struct({
      Last: optional(described('The last run; absent where none has ended yet', run)),
      Worked: optional(described('The last that had anything to do', run)),
      Due: optional(
        struct({
          Count: described(
            `Items that were due when the last run had ended, ${MOST_LEFT} at most`,
            count,
          ),
          Oldest: optional(described('Since when the oldest of them was', timestamp)),
        }),
      ),
    }),
    Tenants: struct({
      Count: described(`Tenants, ${MOST_COUNTED} at most`, count),
      More: described('Whether there are more than were counted', boolean),
    }),
  }),
  errors: [],
  keys: {},
  mutates: false,
  uses: ['read', 'health', 'installation'],
  async run({ context }, { read, health, installation }) {
    const [stored, marked, tenants, Health] = await Promise.all([
      installation.get([INSTALLATION]),
      installation.get([SWEEP_MARK]),
      read.query({ pk: OPERATOR_ACCOUNT, prefix: listedTenantItem.prefix(), limit: MOST_COUNTED }),
      deepHealth(health),
    ])
    const [item] = stored
    const data = item && installationItem.read(item)
    const [mark] = marked
    const sweeps = mark && sweepMarkItem.read(mark)
    const { status, lost } = installation.standing()
    const id = data?.root ?? health.root.id
    const forgetting = data?.forgetting
    const forgotten = [
      ...(data?.forgotten ?? []),
      ...(forgetting === undefined ? [] : [forgetting]),
    ]
    return {
      Health,
      AuditTrail: { Status: status, Lost: lost },
      Store: installation.store,
      Format: { Written: data?.format ?? 1, Release: installation.generation },
      RootKey: {
        Id: id,
        Type: id.startsWith('arn:') ? ('AWS_KMS' as const) : ('LOCAL' as const),
        MovingTo: data?.moving,
      },
      Importing: data?.importing !== undefined,
      Regions: {
        Served: context.servedRegion,
        Others: [...(context.otherRegions ?? [])],
        Home: data?.home,
        MovingHomeTo: data?.homeMoving?.to,
        Forgotten: [...new Set(forgotten)],
      },
      Processes: health.fleet,
      Sweeper: {
        Last: shown(sweeps?.last),
        Worked: shown(sweeps?.worked),
        Due: sweeps && { Count: sweeps.left.count, Oldest: sweeps.left.oldest },
      },
      Tenants: { Count: tenants.items.length, More: tenants.more },
    }
  },
})

const shown = (one: SweepRun | undefined) =>
  one && {
    At: one.at,
    Rotated: one.rotated,
    Expired: one.expired,
    Deleted: one.deleted,
    AliasesRotated: one.aliasesRotated,
    ImportsRemoved: one.importsRemoved,
    Failed: one.failed,
  }
