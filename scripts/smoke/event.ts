import { askAws, watchedBy } from './aws-cli.ts'
import { Skipped, type Smoke, type Step } from './step.ts'

/** times that the key is changed: a rule that was just made may take a minute to hold */
const TRIES = 12
/** seconds that SQS waits for a message */
const WAIT = 10

/**
 * Whether a change of a key comes to somebody who listens: a queue and a rule for this one key, which are
 * removed again.
 */
export const event: Step = {
  name: 'an event that arrives',
  async run(smoke) {
    const bus = await watchedBy(smoke, {
      ...{ namespace: 'AWS/Events', metric: 'FailedInvocations', dimension: 'EventBusName' },
    })
    if (smoke.key === undefined) throw new Skipped('there is no key: an earlier step failed')
    const name = `tenkey-smoke-${smoke.key.id}`
    const queue = await makeQueue(name)
    try {
      return await listen(smoke, { name, bus, queue })
    } finally {
      await putAway(name, bus, queue.url)
    }
  },
}

interface Queue {
  readonly url: string
  readonly arn: string
}

async function makeQueue(name: string): Promise<Queue> {
  const { QueueUrl } = (await askAws('sqs', 'create-queue', '--queue-name', name)) as {
    QueueUrl: string
  }
  const named = ['--queue-url', QueueUrl]
  const { Attributes } = (await askAws(
    'sqs',
    ...['get-queue-attributes', ...named, '--attribute-names', 'QueueArn'],
  )) as { Attributes: { QueueArn: string } }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Attributes.QueueArn,
      },
    ],
  })
  const attributes = JSON.stringify({ Policy })
  await askAws('sqs', 'set-queue-attributes', ...named, '--attributes', attributes)
  return { url: QueueUrl, arn: Attributes.QueueArn }
}

interface Listening {
  readonly name: string
  readonly bus: string
  readonly queue: Queue
}

async function listen(smoke: Smoke, { name, bus, queue }: Listening): Promise<string> {
  const { ask, key, tenant } = smoke
  if (key === undefined || tenant === undefined) throw new Skipped('there is no key')
  const rule = ['--name', name, '--event-bus-name', bus]
  const pattern = JSON.stringify({ source: ['tenkey'], detail: { item: [`key#${key.id}`] } })
  await askAws('events', 'put-rule', ...rule, '--event-pattern', pattern)
  const on = ['--rule', name, '--event-bus-name', bus]
  await askAws('events', 'put-targets', ...on, '--targets', `Id=queue,Arn=${queue.arn}`)
  const began = Date.now()
  for (let tries = 1; tries <= TRIES; tries++) {
    const line = `PATCH /v1/keys/${key.id}`
    const body = { Description: `smoke ${tries}` }
    const { status, text } = await ask({ line, body, as: tenant })
    if (status >= 300) throw new Error(`the key can't be changed: HTTP ${status} ${text}`)
    const { Messages = [] } = (await askAws(
      'sqs',
      ...['receive-message', '--queue-url', queue.url, '--wait-time-seconds', String(WAIT)],
    )) as { Messages?: { Body: string }[] }
    const [message] = Messages
    if (message !== undefined) {
      const { 'detail-type': type, detail } = JSON.parse(message.Body) as {
        'detail-type': string
        detail: { change: string }
      }
      return `${type}, ${detail.change}, ${Math.round((Date.now() - began) / 1000)} s after the rule was made`
    }
  }
  throw new Error(`none in ${TRIES * WAIT} s, of ${TRIES} changes of ${key.id}`)
}

/** Whatever of it there is. */
async function putAway(name: string, bus: string, url: string): Promise<void> {
  const on = ['--event-bus-name', bus]
  for (const words of [
    ['events', 'remove-targets', '--rule', name, ...on, '--ids', 'queue'],
    ['events', 'delete-rule', '--name', name, ...on],
    ['sqs', 'delete-queue', '--queue-url', url],
  ]) {
    const [service = '', ...rest] = words
    await askAws(service, ...rest).catch((error: unknown) => console.error(String(error)))
  }
}
