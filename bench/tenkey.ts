import { readConfig } from '../core/config.ts'
import { onSignals, serve } from '../server/serve.ts'
import { answerQuestions } from './server-process.ts'

const running = await serve(readConfig(process.env))
onSignals(running.stop)
answerQuestions(running.address)
