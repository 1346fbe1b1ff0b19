import { partitionOf } from '../base/arn.ts'

/** What AWS STS is called in a Region; requests are signed for it wherever they are sent. */
export const stsHost = (region: string): string =>
  `sts.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`
