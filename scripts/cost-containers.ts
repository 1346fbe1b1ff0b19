import { CONTAINERS } from '../stacks/sizes.ts'
import type { Taken } from './cost-measure.ts'
import { PRICES } from './cost-prices.ts'
import { dollars, number, row, table } from './cost-text.ts'

const HOURS = 24 * 30
const SECONDS = 3600 * HOURS
const MILLION = 1_000_000
const GB = 1024 ** 3

/** bytes of a request and its answer, with their headers and TLS; **assumed** */
const CALL_BYTES = 3 * 1024
/** GB in an hour that one load balancer capacity unit is for */
const UNIT_GB = 1

/** What the container shape is computed from. */
export interface ContainerFigures {
  readonly taken: Taken
  /** of a processor, under load */
  readonly perCallMs: number
  /** dollars a month: root key, sweeps, alarms, dashboard */
  readonly idle: number
  readonly perGbMonth: number
  /** write units of a record */
  readonly sharedWrites: number
  /** calls of the root key for each call */
  readonly rootShare: number
  /** the same month in the function shape, dollars */
  readonly functions: (millions: number) => number
}

/** Calls a second that one container takes at the load it is kept at. */
const rate = ({ perCallMs }: ContainerFigures): number =>
  Math.floor(((CONTAINERS.cpu / 1024) * (CONTAINERS.busy / 100) * 1000) / perCallMs)

/** Containers of a month of so many million calls that are spread evenly. */
export const containersFor = (figures: ContainerFigures, millions: number): number =>
  Math.max(CONTAINERS.least, Math.ceil((millions * MILLION) / SECONDS / rate(figures)))

/** A month of the container shape by its parts, dollars. */
export function containerMonth(figures: ContainerFigures, millions: number) {
  const { taken, idle, perGbMonth, sharedWrites, rootShare } = figures
  const containers = containersFor(figures, millions)
  const processors = (CONTAINERS.cpu / 1024) * PRICES.fargateProcessor.dollars
  const memory = (CONTAINERS.memory / 1024) * PRICES.fargateMemory.dollars
  const gb = (millions * MILLION * CALL_BYTES) / GB
  const parts = {
    containers: containers * HOURS * (processors + memory),
    // each container has one, and the load balancer one in each zone
    addresses: (containers + CONTAINERS.zones) * HOURS * PRICES.publicAddress.dollars,
    balancer:
      HOURS * PRICES.loadBalancer.dollars + (gb / UNIT_GB) * PRICES.loadBalancerUnit.dollars,
    calls:
      millions *
      (taken.reads * PRICES.dynamodbReads.dollars +
        sharedWrites * PRICES.dynamodbWrites.dollars +
        rootShare * PRICES.kmsRequests.dollars),
    records: ((millions * MILLION * taken.storedBytes) / GB) * perGbMonth,
    idle,
  }
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) }
}

/** The section of docs/cost.md about containers. */
export function containerSection(figures: ContainerFigures): string {
  const months = [0, 1, 100, 1000, 10_000].map((millions) => {
    const { total } = containerMonth(figures, millions)
    const functions = figures.functions(millions)
    return row(
      number(millions),
      containersFor(figures, millions),
      dollars(total),
      dollars(functions),
      total < functions ? 'containers' : 'functions',
    )
  })
  const { containers, addresses, balancer } = containerMonth(figures, 0)
  return `## Containers

The container shape (\`STACK_SHAPE=container\`) has ${CONTAINERS.least} containers at least, of ${CONTAINERS.cpu / 1024} vCPU and ${CONTAINERS.memory / 1024} GB each: ${dollars(containers)} a month on Fargate, ${dollars(balancer)} for the load balancer and ${dollars(addresses)} for public addresses, whether or not anybody calls. One container takes about ${number(rate(figures))} calls a second at ${CONTAINERS.busy} % of its processor. Calls are spread evenly here, and take 3 KB of the load balancer each (**assumed**); with peaks there are more containers for as long as those last.

${table(['million calls a month', 'containers', 'containers’ month', 'functions’ month', 'cheaper'], months)}

Records are stored as large as functions store them here; packed together they are smaller.`
}
