import { readFileSync } from 'node:fs'
import type { AssemblyAiFault, AssemblyAiKeyState } from '../../simulators/assemblyai/index.ts'
import { createAssemblyAiSimulator } from '../../simulators/assemblyai/index.ts'
import { answering, describeConformance } from '../../src/testing/conformance/index.ts'
import type { Answer, KeyState } from '../../src/testing/conformance/index.ts'
import assemblyai from './index.ts'

const KEY = '7f6e5d4c3b2a19087f6e5d4c3b2a1908'
const answers: Record<string, Answer> = JSON.parse(
  readFileSync(new URL('./fixtures/answers.json', import.meta.url), 'utf8'),
)

const simulate =
  (fault?: AssemblyAiFault, state: AssemblyAiKeyState = 'valid', maxStreams?: number) =>
  () =>
    createAssemblyAiSimulator({
      keys: { [KEY]: { state, maxStreams } },
      faults: fault && { '*': fault },
      latencies: { handshakeMs: 0, beginMs: 0, interimMs: 0, finalMs: 0, formatMs: 0 },
    })
const simulateKey = (state: AssemblyAiKeyState) => simulate(undefined, state)

type Refusal = { message?: string; error_code?: number; code: number }

/** A key told by recorded answers; a stream that is tried begins, or is refused with the message and close given. */
const recorded = (status: KeyState['status'], transcripts: string, refusal?: Refusal): KeyState => ({
  name: [transcripts, refusal?.message, refusal?.code].filter(Boolean).join(', '),
  status,
  start: answering(
    () => answers[transcripts],
    (socket) => {
      if (refusal?.message) {
        socket.send(JSON.stringify({ type: 'Error', error_code: refusal.error_code, error: refusal.message }))
      }
      if (refusal) return socket.close(refusal.code, `for ${KEY}`)
      socket.send('{"type":"Begin","id":"b-1","expires_at":1}')
      socket.on('message', () => socket.send('{"type":"Termination"}'))
    },
  ),
})
const refused = (status: KeyState['status'], code: number, reason: string) =>
  recorded(status, 'transcripts', { message: `Unauthorized Connection: ${reason}`, error_code: code, code })

describeConformance({
  plugin: assemblyai,
  stand: {
    credentials: { apiKey: KEY },
    keys: [
      recorded('valid', 'transcripts'),
      recorded('rejected', 'unauthorized'),
      recorded('out-of-credit', 'negativeBalance'),
      recorded('unreachable', 'badRequest'),
      recorded('limited', 'paymentMethod'),
      recorded('unreachable', 'rateLimited'),
      recorded('unreachable', 'outOfOrder'),
      refused('out-of-credit', 1008, 'Insufficient balance'),
      refused('out-of-credit', 1008, 'Account balance is negative'),
      refused('valid', 1008, 'Too many concurrent sessions'),
      refused('valid', 3009, 'Too many concurrent sessions'),
      refused('limited', 1008, 'Account disabled'),
      recorded('valid', 'transcripts', { message: 'Server error', error_code: 3005, code: 3005 }),
      recorded('limited', 'transcripts', { code: 1008 }),
      recorded('valid', 'transcripts', { code: 1000 }),
      { name: 'simulated', status: 'valid', start: simulate() },
      { name: 'simulated without credit', status: 'out-of-credit', start: simulateKey('no-credit') },
      { name: 'simulated with a negative balance', status: 'out-of-credit', start: simulateKey('negative-balance') },
      { name: 'simulated and revoked', status: 'rejected', start: simulateKey('revoked') },
    ],
    stt: {
      start: simulate(),
      models: ['universal-streaming-english'],
      stall: simulate({ kind: 'stall' }),
      unsupported: [
        { language: 'es-ES', model: 'universal-streaming-english' },
        { language: 'tlh' },
        { keyterms: ['tart'], model: 'whisper-rt' },
      ],
      faults: {
        'bad-key': { start: simulateKey('revoked'), kind: 'rejected', status: 1008 },
        'bad-key-after-open': {
          start: simulate({
            kind: 'refuse-after-open',
            code: 1008,
            error: `Unauthorized Connection: Invalid API key ${KEY}`,
            isAfterBegin: true,
          }),
          kind: 'rejected',
          status: 1008,
        },
        'no-credit': { start: simulateKey('no-credit'), kind: 'out-of-credit', status: 1008 },
        'rate-limit': { start: simulate(undefined, 'valid', 0), kind: 'rate-limited', status: 3009 },
        'out-of-order': { start: simulate({ kind: 'refuse', status: 500 }), kind: 'unreachable', status: 500 },
        'close-mid-sentence': {
          start: simulate({ kind: 'close-mid-utterance', code: 1000 }),
          kind: 'closed',
          status: 1000,
        },
      },
    },
  },
})
