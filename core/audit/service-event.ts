import type { ServiceAct } from '../base/service-act.ts'
import { uuidOf } from '../base/uuid.ts'
import type { AuditRecord } from './audit.ts'
import { eventTimeOf } from './event-time.ts'

/** What CloudTrail calls whoever is no caller. */
const INTERNAL = 'AWS Internal'

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
    eventID: uuidOf(`tenkey/v1/event/${name}/${resources[0]}/${once}`),
    readOnly: false,
    resources: resources.map((ARN) => ({ accountId, type: 'AWS::KMS::Key', ARN })),
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    serviceEventDetails: details,
    eventCategory: 'Management',
  }
}
