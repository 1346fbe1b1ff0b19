/// <reference path="../.sst/platform/config.d.ts" />
import { named } from './names.ts'
import type { Network } from './network.ts'
import type { Options } from './options.ts'
import { rateRules } from './rate-rules.ts'

/** port of the server in a container */
export const PORT = 4599
/** s that a container which goes is still given answers' time, before it is told to end */
const DRAIN = 15
/** characters; Elastic Load Balancing's bound */
const LONGEST = 32
/** TLS 1.2 and newer, forward secrecy alone */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06'

export interface LoadBalancer {
  readonly balancer: aws.lb.LoadBalancer
  readonly targets: aws.lb.TargetGroup
  readonly listener: aws.lb.Listener
  readonly callers: aws.ec2.SecurityGroup
}

/**
 * TLS in front of the containers. It hands on Host and path as callers signed them, and its access logs
 * stay off, because queries can hold a signature.
 */
export function loadBalancer({ vpc, subnets, ready }: Network, options: Options): LoadBalancer {
  const callers = new aws.ec2.SecurityGroup('FrontAccess', {
    name: named('FrontAccess', { longest: 255 }),
    description: 'Callers, by HTTPS alone.',
    vpcId: vpc.id,
    ingress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: ['0.0.0.0/0'] }],
    egress: [{ protocol: 'tcp', fromPort: PORT, toPort: PORT, cidrBlocks: [vpc.cidrBlock] }],
  })
  const balancer = new aws.lb.LoadBalancer(
    'Front',
    {
      name: named('Front', { longest: LONGEST }),
      loadBalancerType: 'application',
      subnets: subnets.map(({ id }) => id),
      securityGroups: [callers.id],
      dropInvalidHeaderFields: true,
      preserveHostHeader: true,
      enableDeletionProtection: $app.protect === true,
    },
    { dependsOn: [...ready] },
  )
  const targets = new aws.lb.TargetGroup('FrontTargets', {
    name: named('Targets', { longest: LONGEST }),
    vpcId: vpc.id,
    targetType: 'ip',
    port: PORT,
    protocol: 'HTTP',
    deregistrationDelay: DRAIN,
    healthCheck: {
      path: '/health',
      matcher: '200',
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
  })
  const listener = new aws.lb.Listener('FrontListener', {
    loadBalancerArn: balancer.arn,
    port: 443,
    protocol: 'HTTPS',
    sslPolicy: TLS_POLICY,
    certificateArn: certificateOf(options),
    defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }],
  })
  if (options.domainZone !== '') {
    new aws.route53.Record('FrontRecord', {
      zoneId: options.domainZone,
      name: options.domain,
      type: 'A',
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
    })
  }
  if (options.wafRate > 0) {
    new aws.wafv2.WebAclAssociation('FrontRates', {
      resourceArn: balancer.arn,
      webAclArn: rateRules(options.wafRate, 'REGIONAL').arn,
    })
  }
  return { balancer, targets, listener, callers }
}

/** The certificate that is given, or one for the domain, proven by a record in its zone. */
function certificateOf({ domain, domainZone, domainCertificate }: Options): $util.Input<string> {
  if (domainCertificate !== '') return domainCertificate
  const certificate = new aws.acm.Certificate('FrontCertificate', {
    domainName: domain,
    validationMethod: 'DNS',
  })
  const proof = certificate.domainValidationOptions.apply(([option]) => {
    if (option === undefined) throw new Error('ACM asks for no record')
    return option
  })
  const record = new aws.route53.Record('FrontCertificateProof', {
    zoneId: domainZone,
    name: proof.resourceRecordName,
    type: proof.resourceRecordType,
    records: [proof.resourceRecordValue],
    ttl: 60,
  })
  return new aws.acm.CertificateValidation('FrontCertificateValidation', {
    certificateArn: certificate.arn,
    validationRecordFqdns: [record.fqdn],
  }).certificateArn
}
