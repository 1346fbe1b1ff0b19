import cluster from 'node:cluster'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { SweepResult } from '../core/lifecycle/sweep.ts'
import type { RootKey } from '../core/root/root.ts'
import type { Meter } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import { metricsOfAll, shareMetrics } from './metrics-workers.ts'

/** seconds: from a point read of SQLite to a call that gave up on a silent dependency */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** due items that a scrape counts at most: it must cost the same however much is due */
const MOST_DUE = 1000

/** What one process measures, in Prometheus' terms. No label names a tenant, a key or a caller. */
export interface Metrics {
  readonly meter: Meter
  /** the same store, its calls and errors counted */
  store(inner: Store): Store
  /** the same root key, its calls counted: each unwrap is a tenant key that was not in memory */
  root(inner: RootKey): RootKey
  /** @param result undefined for a run that ended early */
  swept(result: SweepResult | undefined): void
  /** The text format's name and version, as a scraper wants it in Content-Type. */
  readonly type: string
  /** The text of `GET /metrics`: of this process, or of all workers together. */
  text(): Promise<string>
}

/** @param now Unix ms, of the clock that keys live by */
export function createMetrics(store: Store, now: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const calls = new Counter({
    name: 'tenkey_calls_total',
    help: 'Calls answered, by operation and outcome: ok, or the code of the error.',
    labelNames: ['operation', 'outcome'] as const,
    registers,
  })
  const seconds = new Histogram({
    name: 'tenkey_call_duration_seconds',
    help: 'Time from the request to its answer, by operation.',
    labelNames: ['operation'] as const,
    buckets: BUCKETS,
    registers,
  })
  const stored = new Counter({
    name: 'tenkey_store_calls_total',
    help: 'Calls of the store, by primitive and outcome: ok or error.',
    labelNames: ['primitive', 'outcome'] as const,
    registers,
  })
  const rooted = new Counter({
    name: 'tenkey_root_key_calls_total',
    help: 'Calls of the root key, by call and outcome: ok or error.',
    labelNames: ['call', 'outcome'] as const,
    registers,
  })
  const runs = new Counter({
    name: 'tenkey_sweep_runs_total',
    help: 'Runs of the sweeper, by outcome: ok, or error for one that ended early.',
    labelNames: ['outcome'] as const,
    registers,
  })
  const sweptItems = new Counter({
    name: 'tenkey_sweep_items_total',
    help: 'Items the sweeper did, by what it did: rotated, expired, deleted, failed and so on.',
    labelNames: ['outcome'] as const,
    registers,
  })
  const lastRun = new Gauge({
    name: 'tenkey_sweep_last_success_timestamp_seconds',
    help: 'When a run of the sweeper last came to its end.',
    registers,
    aggregator: 'max',
  })
  new Gauge({
    name: 'tenkey_due_items',
    help: `Items that are due and not yet done, at most ${MOST_DUE}.`,
    registers,
    aggregator: 'max',
    async collect() {
      const due = await store.due(now(), MOST_DUE).catch(() => undefined)
      // a store that does not answer shows in tenkey_store_calls_total, not as nothing to do
      this.set(due?.length ?? Number.NaN)
    },
  })
  shareMetrics(registry)

  /** Children by label values, made once: labels are objects, hashed anew with each use. */
  const outcomes = new Map<string, Map<string, Counter.Internal>>()
  const durations = new Map<string, Histogram.Internal<'operation'>>()

  function outcomeOf(operation: string, outcome: string): Counter.Internal {
    const known = outcomes.get(operation) ?? new Map<string, Counter.Internal>()
    outcomes.set(operation, known)
    const child = known.get(outcome) ?? calls.labels({ operation, outcome })
    known.set(outcome, child)
    return child
  }

  function durationOf(operation: string): Histogram.Internal<'operation'> {
    const child = durations.get(operation) ?? seconds.labels({ operation })
    durations.set(operation, child)
    return child
  }

  /** A function whose promises are counted by how they end. */
  const counted = <A extends unknown[], T>(
    call: (...args: A) => Promise<T>,
    ok: Counter.Internal,
    error: Counter.Internal,
  ) => {
    const failed = (reason: unknown): never => {
      error.inc()
      throw reason
    }
    const done = (result: T): T => {
      ok.inc()
      return result
    }
    return (...args: A): Promise<T> => call(...args).then(done, failed)
  }

  return {
    meter(operation, code, ms) {
      outcomeOf(operation, code ?? 'ok').inc()
      durationOf(operation).observe(ms / 1000)
    },

    store(inner) {
      const count = <A extends unknown[], T>(primitive: string, call: (...args: A) => Promise<T>) =>
        counted(
          call,
          stored.labels({ primitive, outcome: 'ok' }),
          stored.labels({ primitive, outcome: 'error' }),
        )
      return {
        get: count('get', inner.get),
        put: count('put', inner.put),
        add: count('add', inner.add),
        delete: count('delete', inner.delete),
        query: count('query', inner.query),
        due: count('due', inner.due),
        scan: count('scan', inner.scan),
        forget: count('forget', inner.forget),
        close: () => inner.close(),
      }
    },

    root(inner) {
      const count = (
        call: 'wrap' | 'unwrap',
      ): ((bytes: Uint8Array, context: Readonly<Record<string, string>>) => Promise<Uint8Array>) =>
        counted(
          inner[call],
          rooted.labels({ call, outcome: 'ok' }),
          rooted.labels({ call, outcome: 'error' }),
        )
      return {
        id: inner.id,
        wrap: count('wrap'),
        unwrap: count('unwrap'),
        close: () => inner.close(),
      }
    },

    swept(result) {
      runs.inc({ outcome: result === undefined ? 'error' : 'ok' })
      if (result === undefined) return
      lastRun.setToCurrentTime()
      for (const [outcome, count] of Object.entries(result)) {
        if (typeof count === 'number') sweptItems.inc({ outcome }, count)
      }
    },

    type: registry.contentType,
    text: () => (cluster.isWorker ? metricsOfAll() : registry.metrics()),
  }
}
