import type { Ask, Credential } from './calls.ts'

/** What the steps share; a step that makes something for later ones puts it here. */
export interface Smoke {
  readonly ask: Ask
  readonly url: string
  readonly region: string
  readonly operator: Credential
  /** ARN of the topic that the deployment's alarms are told to, where an AWS account can be asked */
  readonly alarms?: string
  /** the service of containers (`<cluster>/<service>`), and the ARN of the task definition that was deployed */
  readonly containers?: { readonly service: string; readonly taskDefinition: string }
  tenant?: Credential & { readonly accountId: string }
  key?: { readonly id: string; readonly arn: string }
}

/** A step that can't be taken here, and why. */
export class Skipped extends Error {}

export interface Step {
  readonly name: string
  /** @returns what was seen, in a few words @throws Error with what was wrong; Skipped */
  run(smoke: Smoke): Promise<string>
}
