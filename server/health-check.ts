import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'

/**
 * The container's health check: whether the server in it answers `GET /health` with 200. The certificate is
 * one for callers, by the name they use, and nothing is told to whoever answers: it is not checked.
 */
const options = {
  host: '127.0.0.1',
  port: process.env['TENKEY_PORT'],
  path: '/health',
  rejectUnauthorized: false,
}
const send = process.env['TENKEY_TLS_CERT'] ? tlsRequest : request

send(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1))
  .end()
