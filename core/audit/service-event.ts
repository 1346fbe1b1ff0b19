import { randomUUID } from 'node:crypto'
import { uuidOf } from '../base/uuid.ts'
import type { AuditRecord } from './audit.ts'
import { eventTimeOf } from './event-time.ts'

/** What CloudTrail calls whoever is no caller. */
const INTERNAL = 'AWS Internal'

/** What the service does of its own accord; CreateKey is that of an AWS managed key. */
export const SERVICE_EVENTS = [
  'RotateKey',
  'DeleteKey',
  'DeleteExpiredKeyMaterial',
  'SynchronizeMultiRegionKey',
  'RotateAlias',
  'CreateKey',
  'FailedAuthentication',
] as const

/** What the service did of its own accord, to resources of one account. */
export interface ServiceAct {
  readonly accountId: string
  readonly region: string
  /** Unix ms */
  readonly at: number
  readonly name: (typeof SERVICE_EVENTS)[number]
  /** ours where AWS KMS does no such thing */
  readonly source?: 'tenkey'
  /** ARNs of keys and aliases */
  readonly resources: readonly string[]
  readonly details: { readonly [name: string]: unknown }
  readonly response?: { readonly [name: string]: unknown }
  /** what makes the act one: an act that is taken up again after a crash has the same eventID */
  readonly once?: string
}

/** The record of an act of the service's own (AWS KMS Developer Guide: RotateKey, DeleteKey, …). */
export function serviceEvent(act: ServiceAct): AuditRecord {
  const { accountId, region, at, name, source, resources, details, response = null, once } = act
  return {
    eventVersion: '1.11',
    userIdentity: { accountId, invokedBy: INTERNAL },
    eventTime: eventTimeOf(at),
    eventSource: source ?? 'kms.amazonaws.com',
    eventName: name,
    awsRegion: region,
    sourceIPAddress: INTERNAL,
    userAgent: INTERNAL,
    requestParameters: null,
    responseElements: response,
    eventID:
      once === undefined ? randomUUID() : uuidOf(`tenkey/v1/event/${name}/${resources[0]}/${once}`),
    readOnly: false,
    resources: resources.map((ARN) => ({ accountId, type: 'AWS::KMS::Key', ARN })),
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    serviceEventDetails: details,
    eventCategory: 'Management',
  }
}
