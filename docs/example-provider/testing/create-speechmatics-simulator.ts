import type { WebSocket } from 'ws'
import { createSimulatorServer } from '../../../simulators/kit/index.ts'
import type { SimulatorAnswer, SimulatorRequest, SimulatorServer } from '../../../simulators/kit/index.ts'
import { runSession } from './run-session.ts'
import type { SpeechmaticsFault } from './run-session.ts'

export type { SpeechmaticsFault } from './run-session.ts'

/**
 * Speechmatics on the loopback interface: `GET /v2/jobs` and the live socket, strict about key, addresses and messages, and
 * hearing what the audio really says.
 * @param options.key the one key that it knows
 */
export function createSpeechmaticsSimulator(options: {
  key: string
  fault?: SpeechmaticsFault
}): Promise<SimulatorServer> {
  const { key, fault } = options
  const refuse = ({ headers }: SimulatorRequest): SimulatorAnswer | undefined => {
    const isKnown = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] === key
    return isKnown ? undefined : { status: 401, body: { code: 401, error: 'Permission Denied' } }
  }
  return createSimulatorServer({
    onRequest(request) {
      const refused = refuse(request)
      if (refused) return refused
      if (request.method !== 'GET' || request.path !== '/v2/jobs') return { status: 404, body: { code: 404 } }
      const limit = request.query.get('limit')
      const isGood = limit === null || /^([1-9]\d?|100)$/.test(limit)
      return isGood ? { status: 200, body: { jobs: [] } } : { status: 422, body: { code: 422 } }
    },
    onUpgrade(request) {
      const refused = refuse(request)
      if (refused) return { refuse: refused }
      if (request.path.replace(/\/$/, '') !== '/v2' || request.query.size > 0) return { refuse: { status: 404 } }
      return { accept: (socket: WebSocket) => runSession(socket, fault) }
    },
  })
}
