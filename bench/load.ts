import { Agent, request } from 'node:http'

/** A request ready to be sent again and again: a SigV4 signature holds for five minutes. */
export interface Prepared {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

export interface Measured {
  readonly perSecond: number
  /** milliseconds */
  readonly p50: number
  readonly p99: number
  readonly calls: number
}

/** Sends prepared requests over keep-alive connections for `seconds`, each connection one at a time. */
export async function load(
  address: string,
  prepared: readonly Prepared[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  const end = performance.now() + seconds * 1000
  let next = 0
  const began = performance.now()
  async function connection(): Promise<void> {
    while (performance.now() < end) {
      const one = prepared[next++ % prepared.length]
      if (one === undefined) return
      const start = performance.now()
      await call(address, one, agent)
      latencies.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const took = (performance.now() - began) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return {
    perSecond: latencies.length / took,
    p50: at(0.5),
    p99: at(0.99),
    calls: latencies.length,
  }
}

/** One call; anything but the status stops the benchmark, since a refusal is no measure of the work. */
export function call(
  address: string,
  { path, headers, body }: Prepared,
  agent?: Agent,
  status = 200,
) {
  return new Promise<string>((resolve, reject) => {
    const outgoing = request(
      address + path,
      { method: 'POST', headers, ...(agent !== undefined && { agent }) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === status) resolve(text)
          else reject(new Error(`${response.statusCode} ${text}`))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
