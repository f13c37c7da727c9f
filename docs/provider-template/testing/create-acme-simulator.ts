import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { createSimulatorServer } from '../../../simulators/kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest, SimulatorServer } from '../../../simulators/kit/index.ts'
import { createSpeechRecogniser } from '../../../simulators/speech/index.ts'

/** What can go wrong. Each comes once, in the place that the provider documents for it. */
export type AcmeFault =
  | 'no-permission'
  | 'no-minutes'
  | 'too-many-streams'
  | 'internal'
  | 'bad-key-after-open'
  | 'stall'
  | 'close-mid-sentence'

const HTTP_FAULTS: Partial<Record<AcmeFault, SimulatorAnswer>> = {
  'no-permission': { status: 403, body: { code: 'no_permission' } },
  'no-minutes': { status: 401, body: { code: 'no_minutes' } },
  'too-many-streams': { status: 429, headers: { 'retry-after': '7' }, body: { code: 'too_many_streams' } },
  internal: { status: 503, body: { code: 'internal' } },
}

/**
 * Acme on the loopback interface: strict about key, address and parameters, and hearing what the audio really says.
 * @param options.key the one key that it knows
 */
export function createAcmeSimulator({ key, fault }: { key: string; fault?: AcmeFault }): Promise<SimulatorServer> {
  const refuse = ({ headers }: SimulatorRequest): SimulatorAnswer | undefined => {
    const given = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
    if (given !== key) return { status: 401, body: { code: 'bad_key', message: `No such key: ${given}` } }
    return fault && HTTP_FAULTS[fault]
  }
  return createSimulatorServer({
    onRequest(request) {
      if (request.path !== '/v1/account') return { status: 404 }
      return refuse(request) ?? { status: 200, body: { plan: 'pro', minutes_left: 120.5, key } }
    },
    onUpgrade(request) {
      const refused = refuse(request)
      if (refused) return { refuse: refused }
      const { model, encoding, sample_rate: rate, ...others } = Object.fromEntries(request.query)
      const isGood = model === 'live-1' && encoding === 'mulaw' && rate === '8000' && Object.keys(others).length === 0
      if (request.path !== '/v1/listen' || !isGood) return { refuse: { status: 400, body: { code: 'bad_option' } } }
      return { accept: (socket) => runStream(socket, fault) }
    },
  })
}

function runStream(socket: WebSocket, fault: AcmeFault | undefined): void {
  const send = (message: object) => {
    if (fault !== 'stall' || 'id' in message) socket.send(JSON.stringify(message))
  }
  if (fault === 'bad-key-after-open') {
    send({ type: 'error', code: 'bad_key', id: randomUUID() })
    socket.close(1008)
    return
  }
  const recogniser = createSpeechRecogniser({
    encoding: 'mulaw',
    endpointMs: 300,
    interimEveryMs: 200,
    onEvent(event) {
      if (event.type === 'speech-started') {
        if (fault === 'close-mid-sentence') socket.close(1011)
        return
      }
      const text = event.words.map((word) => word.text).join(' ')
      if (text === '') return
      send({ type: event.type === 'interim' ? 'partial' : 'final', text })
      if (event.type === 'final' && !event.isContinued) send({ type: 'end' })
    },
  })
  send({ type: 'ready', id: randomUUID() })
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return recogniser.write(data)
    if (String(data) !== '{"type":"finish"}') return socket.close(1008)
    recogniser.flush()
    send({ type: 'finished' })
  })
}
