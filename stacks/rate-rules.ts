/// <reference path="../.sst/platform/config.d.ts" />
import { named } from './names.ts'

type Statement = aws.types.input.wafv2.WebAclRuleStatement

const AS_SENT = [{ priority: 0, type: 'NONE' }]

/** A request with an `Authorization` header. */
const AUTHORIZED: Statement = {
  sizeConstraintStatement: {
    fieldToMatch: { singleHeader: { name: 'authorization' } },
    comparisonOperator: 'GT',
    size: 0,
    textTransformations: AS_SENT,
  },
}

/** A request that says in some way who calls: a header or a query with a signature. Nobody has checked it yet. */
const SAYS_WHO: Statement = {
  orStatement: {
    statements: [
      AUTHORIZED,
      {
        byteMatchStatement: {
          fieldToMatch: { queryString: {} },
          positionalConstraint: 'CONTAINS',
          searchString: 'X-Amz-Signature=',
          textTransformations: AS_SENT,
        },
      },
    ],
  },
}

/**
 * What AWS KMS calls where the service is a proxy of external key stores: all that its customers use comes
 * from few addresses of AWS's. Without a header it counts, whoever sends it.
 */
const BY_KMS: Statement = {
  andStatement: {
    statements: [
      AUTHORIZED,
      {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: 'CONTAINS',
          searchString: '/kms/xks/v1/',
          textTransformations: AS_SENT,
        },
      },
    ],
  },
}

/** `GET /health`, which those ask who would look after a flood. */
const HEALTH: Statement = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'EXACTLY',
    searchString: '/health',
    textTransformations: AS_SENT,
  },
}

/**
 * Refuses, before API Gateway or a function is asked: an address that asks more than its share in five
 * minutes; and of what names no caller, from all addresses together, more than one address may ask. So a
 * flood of unsigned requests does not use up what API Gateway takes in all, however many send it.
 * @param limit requests in five minutes
 * @param scope of a distribution, or of a load balancer
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 */
export function rateRules(
  limit: number,
  scope: 'CLOUDFRONT' | 'REGIONAL' = 'CLOUDFRONT',
): aws.wafv2.WebAcl {
  const shown = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    metricName,
    // samples would have headers, and so signatures
    sampledRequestsEnabled: false,
  })
  const rule = (name: string, priority: number, rateBasedStatement: object) => ({
    name,
    priority,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: { rateBasedStatement: { limit, ...rateBasedStatement } },
    visibilityConfig: shown(`${name}Rate`),
  })
  return new aws.wafv2.WebAcl('RouterRates', {
    name: named('RouterRates', { longest: 128 }),
    scope,
    // CloudFront's are all there
    ...(scope === 'CLOUDFRONT' && { region: 'us-east-1' }),
    defaultAction: { allow: {} },
    rules: [
      rule('address', 0, {
        aggregateKeyType: 'IP',
        scopeDownStatement: { notStatement: { statements: [BY_KMS] } },
      }),
      rule('unsigned', 1, {
        aggregateKeyType: 'CONSTANT',
        scopeDownStatement: {
          andStatement: {
            statements: [SAYS_WHO, HEALTH].map((statement) => ({
              notStatement: { statements: [statement] },
            })),
          },
        },
      }),
    ],
    visibilityConfig: shown('RouterRates'),
  })
}
