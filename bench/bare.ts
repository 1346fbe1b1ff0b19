import { createServer } from 'node:http'
import { addressOf } from '../server/http-server.ts'
import { answerQuestions } from './server-process.ts'

/** The ceiling: node:http that reads a JSON body and answers BENCH_ANSWER, and does nothing else. */
const answer = process.env['BENCH_ANSWER'] ?? ''
const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'content-length': String(Buffer.byteLength(answer)),
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(200, headers)
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions(addressOf(server)))
