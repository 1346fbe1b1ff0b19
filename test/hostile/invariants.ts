import { Buffer } from 'node:buffer'
import { validateHeaderValue } from 'node:http'
import { boundedJson } from '../../core/audit/bounded.ts'
import { MOST_RECORD } from '../../core/audit/whole.ts'
import { blockOf } from '../../core/base/address-block.ts'
import type { HttpRequest, HttpResponse } from '../../core/base/http-message.ts'
import { handle } from '../../core/pipeline/handle.ts'
import { hasBody, judgeHead } from '../../core/pipeline/head.ts'
import { originOf, proxyList } from '../../server/forwarded.ts'
import { type Case, requestOf } from './case.ts'
import type { World } from './world.ts'

/** bytes of an answer that refuses */
const MAX_REFUSAL = 64 * 1024
/** ms that a request may keep the process busy, and how many times what a legitimate one of its size takes */
const LONGEST = 200
const TIMES_LEGITIMATE = 8

const NO_BODY = new Uint8Array(0)
const PROXIES = proxyList(['192.0.2.0/24', '2001:db8::/32'])

/** Answers a request as the server does: by its head, where that is enough. */
async function answerTo(request: HttpRequest, { service }: World): Promise<HttpResponse> {
  const peer = { address: request.sourceIp, tls: false }
  const origin = originOf(peer, request.headers, PROXIES)
  blockOf(origin.sourceIp)
  const head = { ...request, ...origin, body: NO_BODY }
  const page = service.pages.get(`${head.method} ${head.path}`)
  if (page !== undefined) {
    const { body, ...answer } = await page(head, service)
    return { ...answer, body: String(body) }
  }
  if (!hasBody(head)) return handle({ ...head, body: request.body }, service)
  const judged = judgeHead(head, service)
  if (judged.refusal !== undefined) return judged.refusal
  return handle({ ...head, body: request.body }, service, judged.addressed)
}

/** Sends the requests of one case in turn. @returns what was broken; undefined for nothing */
export async function breachOf(cases: readonly Case[], world: World): Promise<string | undefined> {
  for (const one of cases) {
    const request = requestOf(one, world, Date.now())
    // a header that says that there is a body, as every client sends it
    if (request.body.length > 0) {
      request.headers = { 'content-length': String(request.body.length), ...request.headers }
    }
    const began = performance.now()
    const answer = await answerTo(request, world)
    const took = performance.now() - began
    const broken =
      brokenBy(answer, world) ??
      brokenBehind(world) ??
      (took > LONGEST ? await brokenInTime(one, world) : undefined)
    if (broken !== undefined) return broken
  }
  return undefined
}

function brokenBy({ status, headers, body }: HttpResponse, { secrets }: World): string | undefined {
  if (status >= 500) return `it is answered ${status}: ${body.slice(0, 300)}`
  const size = Buffer.byteLength(body)
  if (status >= 400 && size > MAX_REFUSAL) return `its refusal has ${size} bytes`
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderValue(name, value)
    } catch {
      return `its answer has a header ${name} that can't be sent`
    }
  }
  if (secrets.some((secret) => body.includes(secret))) return 'its answer holds a secret'
  return undefined
}

/** What is written beside the answer: lines of the log, audit records. */
function brokenBehind({ log, records, secrets }: World): string | undefined {
  const [line] = log.splice(0)
  if (line !== undefined) return `it leaves a line in the log: ${shown(line)}`
  for (const record of records.splice(0)) {
    const text = boundedJson(record)
    if (Buffer.byteLength(text) > MOST_RECORD)
      return `its audit record has ${text.length} characters`
    if (secrets.some((secret) => text.includes(secret))) return 'its audit record holds a secret'
  }
  return undefined
}

function shown(line: unknown): string {
  const { error } = line as { error?: unknown }
  const stack = error instanceof Error ? error.stack : undefined
  return `${JSON.stringify(line)} ${stack ?? ''}`.slice(0, 2_000)
}

/** ms that this thread has worked: what else the machine does does not count */
function worked(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The most that was worked in one turn of the event loop while something was done, ms. */
async function standstill(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = worked()
  let over = false
  const tick = () => {
    const now = worked()
    longest = Math.max(longest, now - last)
    last = now
    if (!over) setImmediate(tick)
  }
  setImmediate(tick)
  await work()
  over = true
  return Math.max(longest, worked() - last)
}

/** The least of three: whatever else the machine does only makes it more. */
async function leastOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 3; i++) times.push(await standstill(work))
  return Math.min(...times)
}

/** The same request again, and a legitimate one of its size. */
async function brokenInTime(one: Case, world: World): Promise<string | undefined> {
  const again = () => answerTo(requestOf(one, world, Date.now()), world)
  const least = await leastOf(again)
  const size = requestOf(one, world, Date.now()).body.length
  const legitimate = await leastOf(() => answerTo(legitimateOf(size, world), world))
  // what it wrote has been looked at
  world.log.splice(0)
  world.records.splice(0)
  if (least <= LONGEST || least <= TIMES_LEGITIMATE * legitimate) return undefined
  return `it keeps the process busy for ${Math.round(least)} ms, a legitimate one of ${size} bytes for ${Math.round(legitimate)}`
}

/** DescribeKey of the attacker's own key, with a member that is not known, as newer clients send them. */
function legitimateOf(size: number, world: World): HttpRequest {
  const start = '{"KeyId":"$symmetric$","Unknown":"'
  return requestOf(
    {
      as: 'root',
      method: 'POST',
      path: '/',
      query: '',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.DescribeKey',
      },
      body: `${start}${'x'.repeat(Math.max(0, size - start.length - 2))}"}`,
    },
    world,
    Date.now(),
  )
}

/** A changing call of the victim's, and what it encrypted before. @returns what does not work any more */
export async function harmOf(world: World): Promise<string | undefined> {
  const { victim, call } = world
  const { credential, keyId, ciphertext, plaintext } = victim
  victim.changes++
  const Description = `changes: ${victim.changes}`
  try {
    await call(credential, 'UpdateKeyDescription', { KeyId: keyId, Description })
    const { KeyMetadata } = await call(credential, 'DescribeKey', { KeyId: keyId })
    if ((KeyMetadata as { Description: string }).Description !== Description) return 'it is lost'
    const opened = await call(credential, 'Decrypt', { CiphertextBlob: ciphertext })
    if (opened['Plaintext'] !== plaintext) return 'another plaintext'
  } catch (error) {
    return `another tenant’s call fails: ${String(error).slice(0, 500)}`
  } finally {
    // they name what is its own
    world.records.splice(0)
  }
  return undefined
}
