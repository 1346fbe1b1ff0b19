/// <reference path="../.sst/platform/config.d.ts" />

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CONSOLE_PATH,
  consoleConfig,
  consoleHeaders,
  NO_ISSUERS,
  readConsoleSettings,
} from '../core/base/console.ts'
import { consoleCode } from './console-code.ts'

/** Managed-CachingOptimized: by what is asked alone, compressed as Brotli and gzip */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
const TYPES: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
  ['woff2', 'font/woff2'],
])
/** seconds of a year, for names that have their content's hash */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The settings of the console.
 * @param option STACK_CONSOLE, but off
 * @param regions those that the installation is in
 * @throws Error in one line
 */
function settingsOf(option: string) {
  if (option === 'on') return NO_ISSUERS
  const file = option.slice('file:'.length)
  try {
    return readConsoleSettings(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`STACK_CONSOLE: ${file}: ${(error as Error).message}`)
  }
}

/** What is served of console/dist: CloudFront compresses by itself. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error('STACK_CONSOLE: the console is not built; run npm run console')
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.\w+$/.test(name) && !/\.(br|gz)$/.test(name),
  )
}

/**
 * The console as static files in a bucket that the router alone reads, at the API's own address: so its calls are of
 * one origin, and no other may.
 * @param option STACK_CONSOLE, but off
 * @returns what the distribution has for it, and what lets the distribution in once it is there
 */
export function consoleSite(option: string, region: string, regions: readonly string[]) {
  const settings = settingsOf(option)
  const folder = join($cli.paths.root, 'console', 'dist')
  const bucket = new aws.s3.Bucket('Console', {
    // nothing is lost with it: it is built anew
    forceDestroy: true,
  })
  new aws.s3.BucketPublicAccessBlock('ConsoleAccess', {
    bucket: bucket.bucket,
    ...{ blockPublicAcls: true, blockPublicPolicy: true },
    ...{ ignorePublicAcls: true, restrictPublicBuckets: true },
  })
  const put = (name: string, content: Pick<aws.s3.BucketObjectv2Args, 'source' | 'content'>) =>
    new aws.s3.BucketObjectv2(`Console-${name.replaceAll(/[^\w-]/g, '-')}`, {
      bucket: bucket.bucket,
      key: `${CONSOLE_PATH.slice(1)}/${name}`,
      contentType: TYPES.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream',
      cacheControl: name.startsWith('assets/') ? FOR_EVER : 'no-cache',
      ...content,
    })
  for (const name of filesIn(folder)) {
    put(name, { source: new $util.asset.FileAsset(join(folder, name)) })
  }
  put('config.json', { content: consoleConfig(region, settings, regions) })

  const access = new aws.cloudfront.OriginAccessControl('ConsoleAccess', {
    ...{ originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' },
  })
  const { 'content-security-policy': contentSecurityPolicy = '', ...headers } = consoleHeaders(
    settings.origins,
  )
  const {
    'referrer-policy': referrerPolicy = '',
    'x-content-type-options': _nosniff,
    'x-frame-options': frameOption = '',
    ...others
  } = headers
  const policy = new aws.cloudfront.ResponseHeadersPolicy('ConsoleHeaders', {
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption, override: true },
      referrerPolicy: { referrerPolicy, override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: true },
    },
    customHeadersConfig: {
      items: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
    },
  })
  const code = new aws.cloudfront.Function('ConsoleCode', {
    comment: 'Leads every page of the console to its files.',
    runtime: 'cloudfront-js-2.0',
    code: consoleCode(),
    publish: true,
  })
  const behavior = (pathPattern: string) => ({
    pathPattern,
    targetOriginId: 'console',
    viewerProtocolPolicy: 'redirect-to-https',
    allowedMethods: ['GET', 'HEAD'],
    cachedMethods: ['GET', 'HEAD'],
    cachePolicyId: CACHING_OPTIMIZED,
    responseHeadersPolicyId: policy.id,
    compress: true,
    functionAssociations: [{ eventType: 'viewer-request', functionArn: code.arn }],
  })
  return {
    origin: {
      originId: 'console',
      domainName: bucket.bucketRegionalDomainName,
      originAccessControlId: access.id,
    },
    behaviors: [behavior(CONSOLE_PATH), behavior(`${CONSOLE_PATH}/*`)],
    /** Lets the distribution read the bucket, and nobody else. */
    letIn: (distribution: $util.Output<string>) =>
      new aws.s3.BucketPolicy('ConsoleReaders', {
        bucket: bucket.bucket,
        policy: $util.jsonStringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudfront.amazonaws.com' },
              Action: 's3:GetObject',
              Resource: $interpolate`${bucket.arn}/*`,
              Condition: { StringEquals: { 'aws:SourceArn': distribution } },
            },
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [bucket.arn, $interpolate`${bucket.arn}/*`],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        }),
      }),
  }
}
