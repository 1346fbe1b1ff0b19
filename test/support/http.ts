import { Agent, type IncomingMessage, request } from 'node:http'

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface Sending {
  readonly method: string
  /** path and query, as they stand in the request line */
  readonly target: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array | string
}

const agent = new Agent({ keepAlive: true })

/** Sends exactly these bytes and headers: nothing is normalized, added or followed, as fetch would. */
export function send(url: string, { method, target, headers, body }: Sending): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: target, agent })
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value)
    sent.setHeader('content-length', Buffer.byteLength(body))
    sent.once('error', reject)
    sent.once('response', (response) => readAnswer(response).then(resolve, reject))
    sent.end(body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    text: Buffer.concat(chunks).toString('utf8'),
  }
}
