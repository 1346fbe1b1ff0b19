import { describe, expect, test } from 'vitest'
import { checkRegion, OPTION_NAMES, readOptions } from '../../stacks/options.ts'
import { CONTAINER } from '../support/sst-platform.ts'

const EU = { STACK_REPLICAS: 'eu-west-1,eu-central-1' }
const STRONG = { ...EU, STACK_REPLICAS_CONSISTENCY: 'strong' }

const IAM = 'arn:aws:iam::123456789012'

describe('the options of a deployment', () => {
  test('nothing needs to be chosen', () => {
    expect(readOptions({ HOME: '/root' })).toEqual({
      domain: '',
      domainZone: '',
      domainCertificate: '',
      corsOrigins: [],
      rootKey: '',
      replicas: [],
      consistency: 'eventual',
      home: '',
      witness: '',
      auditRetention: '',
      auditForward: '',
      alarmEmail: '',
      maxReads: 0,
      maxWrites: 0,
      reserved: true,
      wafRate: 0,
      backup: false,
      provisioned: 0,
      rate: 2000,
      burst: 1000,
      logRetention: '3 months',
      router: false,
      console: 'off',
      functionUrl: false,
      operatorsByIam: '',
      routerProof: 1,
      shape: 'functions',
      image: '',
      containers: 2,
      canary: 0,
      xks: 0,
      xksPort: '',
      xksTimeout: '',
      xksNetworks: '',
      xksCa: '',
    })
  })

  test.for<Record<string, string>>([
    EU,
    { STACK_REPLICAS: 'eu-west-1,us-east-1,ap-southeast-2,sa-east-1' },
    { ...STRONG, STACK_REPLICAS_WITNESS: 'eu-west-2' },
    { STACK_REPLICAS: 'us-west-2,us-east-1,us-east-2', STACK_REPLICAS_CONSISTENCY: 'strong' },
    { ...EU, STACK_ROOT_KEY: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1' },
  ])('Regions that an installation can be in: %o', (environment) => {
    expect(readOptions(environment).replicas).toEqual(environment['STACK_REPLICAS']?.split(','))
  })

  test('each has one setting', () => {
    // and two that sst.config.ts reads itself
    expect(new Set(OPTION_NAMES).size).toBe(Object.keys(readOptions({})).length + 2)
  })

  test('the Region is said, by AWS’s own settings or ours, and no default holds', () => {
    for (const name of ['STACK_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']) {
      expect(() => checkRegion({ [name]: 'eu-west-1' })).not.toThrow()
    }
    for (const environment of [
      {},
      { AWS_REGION: '' },
      { STACK_REGION: 'Ireland', AWS_REGION: 'eu-west-1' },
    ]) {
      expect(() => checkRegion(environment)).toThrow('set STACK_REGION')
    }
  })

  test.for<[Record<string, string>, string]>([
    [{ STACK_DOMIAN: 'x.example' }, 'STACK_DOMIAN is not an option'],
    [{ STACK_DOMAIN: 'https://x.example' }, 'STACK_DOMAIN is'],
    [{ STACK_CORS_ORIGINS: '*' }, "STACK_CORS_ORIGINS has '*'"],
    [{ STACK_CORS_ORIGINS: 'https://x.example/' }, 'no path'],
    [{ STACK_ROOT_KEY: 'alias/root' }, 'STACK_ROOT_KEY is'],
    [{ STACK_PROVISIONED: '-1' }, 'a whole number from 0 to 1000'],
    [{ STACK_RATE: '0' }, 'a whole number from 1 to 100000'],
    [{ STACK_LOG_RETENTION: 'forever' }, 'it can be 1 week'],
    [{ STACK_LOG_RETENTION: 'toString' }, 'it can be 1 week'],
    [{ STACK_AUDIT_RETENTION: '0' }, 'a whole number from 1 to 3653'],
    [{ STACK_AUDIT_FORWARD: 'file:x' }, 'it must be stdout'],
    [{ STACK_ALARM_EMAIL: 'nobody' }, 'STACK_ALARM_EMAIL is'],
    [{ STACK_ROUTER: 'yes' }, 'it can be on or off'],
    [{ STACK_ROUTER: 'on' }, 'TLS 1.0'],
    [{ STACK_WAF_RATE: '2000' }, 'needs STACK_ROUTER'],
    [{ STACK_ROUTER_PROOF: '2' }, 'needs STACK_ROUTER'],
    [{ STACK_SHAPE: 'vm' }, 'it can be functions or container'],
    [{ STACK_SHAPE: 'container' }, 'needs STACK_IMAGE'],
    [{ STACK_IMAGE: 'tenkey:1' }, 'needs STACK_SHAPE=container'],
    [{ STACK_SHAPE: 'container', STACK_IMAGE: 'tenkey:1', STACK_DOMAIN: 'x.example' }, 'no TLS'],
    [{ ...CONTAINER, STACK_CANARY: '10' }, 'are of functions'],
    [{ STACK_CANARY: '101' }, 'a whole number from 0 to 100'],
    [{ STACK_CANARY: '10', STACK_PROVISIONED: '1' }, 'exclude each other'],
    [{ STACK_CANARY: '10', STACK_XKS: '1' }, 'exclude each other'],
    [{ ...CONTAINER, STACK_XKS: '1' }, 'are of functions'],
    [{ STACK_XKS: 'on' }, 'a whole number from 0 to 1000'],
    [{ STACK_XKS_PORT: '0' }, 'a whole number from 1 to 65535'],
    [{ STACK_XKS_TIMEOUT: '49' }, 'a whole number from 50 to 10000'],
    [{ STACK_XKS_NETWORKS: '10.0.0.0/8' }, 'need STACK_SHAPE=container'],
    [{ STACK_XKS_CA: '/etc/ca.pem' }, 'need STACK_SHAPE=container'],
    [{ ...CONTAINER, STACK_XKS_NETWORKS: 'everywhere' }, 'addresses or CIDR ranges'],
    [{ ...CONTAINER, STACK_XKS_CA: 'ca.pem' }, 'a path in the image'],
    [
      { STACK_ROUTER: 'on', STACK_DOMAIN: 'x.example', STACK_FUNCTION_URL: 'on' },
      'leads past the router',
    ],
    [{ STACK_CONSOLE: 'on' }, 'STACK_CONSOLE needs STACK_ROUTER'],
    [{ STACK_CONSOLE: 'console.json' }, 'it must be on, off or file:/PATH'],
    [{ STACK_ROUTER: 'on', STACK_DOMAIN: 'x.example', STACK_WAF_RATE: '9' }, '10 or more'],
    [
      {
        STACK_ROUTER: 'on',
        STACK_DOMAIN: 'x.example',
        STACK_DOMAIN_CERTIFICATE: 'arn:aws:acm:eu-west-1:123456789012:certificate/c',
      },
      'must be in us-east-1 with STACK_ROUTER',
    ],
    [{ STACK_OPERATORS_BY_IAM: 'root=*' }, "STACK_OPERATORS_BY_IAM has 'root=*'"],
    [{ STACK_OPERATORS_BY_IAM: `role/x=${IAM}:role/ops` }, 'it must be root=ARN or user/NAME=ARN'],
    [{ STACK_OPERATORS_BY_IAM: `root=${IAM}:root` }, 'it must be root=ARN or user/NAME=ARN'],
    [{ STACK_OPERATORS_BY_IAM: `root=${IAM}:role/*` }, 'it must be root=ARN or user/NAME=ARN'],
    [{ STACK_OPERATORS_BY_IAM: `user/a=${IAM}:role/a,user/b=${IAM}:role/b` }, 'it must be'],
    [
      { STACK_OPERATORS_BY_IAM: `user/a=${IAM}:role/x/ops user/b=${IAM}:role/y/ops` },
      'names arn:aws:iam::123456789012:role/y/ops twice',
    ],
    [
      {
        STACK_OPERATORS_BY_IAM: Array.from(
          { length: 60 },
          (_, index) => `user/u${index}=${IAM}:user/u${index}`,
        ).join(' '),
      },
      'it can have 2048',
    ],
    [{ ...CONTAINER, STACK_OPERATORS_BY_IAM: `root=${IAM}:role/ops` }, 'is of functions'],
    [{ STACK_DOMAIN_ZONE: 'Z1' }, 'need STACK_DOMAIN'],
    [{ STACK_REPLICAS: 'eu-west-1' }, 'two Regions or more'],
    [{ STACK_REPLICAS: 'eu-west-1,eu-west-1' }, 'two Regions or more'],
    [{ STACK_REPLICAS: 'eu-west-1, eu-west-2' }, 'two Regions or more'],
    [{ STACK_REPLICAS: 'eu-west-1,cn-north-1' }, 'two AWS partitions'],
    [{ STACK_REPLICAS_CONSISTENCY: 'strong' }, 'need STACK_REPLICAS'],
    [{ STACK_REPLICAS_WITNESS: 'eu-west-1' }, 'need STACK_REPLICAS'],
    [{ ...EU, STACK_REPLICAS_CONSISTENCY: 'weak' }, 'it can be eventual or strong'],
    [{ ...EU, STACK_REPLICAS_WITNESS: 'eu-west-2' }, 'needs STACK_REPLICAS_CONSISTENCY=strong'],
    [{ ...STRONG }, 'three Regions of one set'],
    [{ ...STRONG, STACK_REPLICAS_WITNESS: 'eu-central-1' }, 'three Regions of one set'],
    [{ ...STRONG, STACK_REPLICAS_WITNESS: 'us-east-1' }, 'three Regions of one set'],
    [{ ...STRONG, STACK_REPLICAS_WITNESS: 'eu-north-1' }, 'three Regions of one set'],
    [
      {
        ...STRONG,
        STACK_REPLICAS: 'eu-west-1,eu-west-2,eu-west-3',
        STACK_REPLICAS_WITNESS: 'eu-central-1',
      },
      'three Regions of one set',
    ],
    [{ ...EU, STACK_ROOT_KEY: 'arn:aws:kms:eu-west-1:123456789012:key/k' }, 'multi-Region key'],
    [
      {
        STACK_DOMAIN: 'x.example',
        STACK_DOMAIN_ZONE: 'Z1',
        STACK_DOMAIN_CERTIFICATE: 'arn:aws:acm:eu-west-1:123456789012:certificate/c',
      },
      'leave STACK_DOMAIN_ZONE',
    ],
  ])('%o is refused', ([environment, message]) => {
    expect(() => readOptions(environment)).toThrow(message)
  })
})
