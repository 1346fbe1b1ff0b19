/** US dollars, list prices of us-east-1 without free tiers, and where each stands. */
export const PRICED_AT = '2026-11-22'

export interface Price {
  readonly dollars: number
  readonly unit: string
  readonly source: string
}

const aws = (page: string): string => `https://aws.amazon.com/${page}/pricing/`

export const PRICES = {
  httpApi: {
    dollars: 1.0,
    unit: 'million requests, HTTP API, up to 512 KB each',
    source: aws('api-gateway'),
  },
  lambdaRequests: { dollars: 0.2, unit: 'million requests', source: aws('lambda') },
  lambdaSeconds: { dollars: 0.0000133334, unit: 'GB-second, arm64', source: aws('lambda') },
  dynamodbReads: {
    dollars: 0.125,
    unit: 'million read request units, on demand',
    source: aws('dynamodb'),
  },
  dynamodbWrites: {
    dollars: 0.625,
    unit: 'million write request units, on demand',
    source: aws('dynamodb'),
  },
  dynamodbStorage: { dollars: 0.25, unit: 'GB-month', source: aws('dynamodb') },
  dynamodbBackup: {
    dollars: 0.2,
    unit: 'GB-month of point-in-time recovery',
    source: aws('dynamodb'),
  },
  logs: { dollars: 0.5, unit: 'GB taken in by CloudWatch Logs', source: aws('cloudwatch') },
  logStorage: {
    dollars: 0.03,
    unit: 'GB-month kept by CloudWatch Logs, compressed',
    source: aws('cloudwatch'),
  },
  dashboard: { dollars: 3.0, unit: 'month of a dashboard', source: aws('cloudwatch') },
  httpApiMore: {
    dollars: 0.9,
    unit: 'million requests, HTTP API, beyond 300 million in a month',
    source: aws('api-gateway'),
  },
  alarmMetric: {
    dollars: 0.1,
    unit: 'month of each metric of an alarm',
    source: aws('cloudwatch'),
  },
  metric: {
    dollars: 0.3,
    unit: 'month of a custom metric, in the hours in which it is told',
    source: aws('cloudwatch'),
  },
  fargateProcessor: { dollars: 0.03238, unit: 'vCPU-hour, Fargate, arm64', source: aws('fargate') },
  fargateMemory: { dollars: 0.00356, unit: 'GB-hour, Fargate, arm64', source: aws('fargate') },
  loadBalancer: {
    dollars: 0.0225,
    unit: 'hour of an application load balancer',
    source: aws('elasticloadbalancing'),
  },
  loadBalancerUnit: {
    dollars: 0.008,
    unit: 'hour of a load balancer capacity unit (1 GB in an hour)',
    source: aws('elasticloadbalancing'),
  },
  publicAddress: { dollars: 0.005, unit: 'hour of a public IPv4 address', source: aws('vpc') },
  event: { dollars: 1.0, unit: 'million events of one’s own', source: aws('eventbridge') },
  scheduler: {
    dollars: 1.0,
    unit: 'million invocations of EventBridge Scheduler',
    source: aws('eventbridge'),
  },
  kmsKey: { dollars: 1.0, unit: 'key and month in AWS KMS', source: aws('kms') },
  kmsRequests: {
    dollars: 3.0,
    unit: 'million requests to AWS KMS (0.03 for 10,000), symmetric, HMAC and RSA_2048',
    source: aws('kms'),
  },
  kmsAsymmetric: {
    dollars: 15.0,
    unit: 'million requests to AWS KMS (0.15 for 10,000), other asymmetric',
    source: aws('kms'),
  },
} as const satisfies Record<string, Price>
