import { setTimeout as delay } from 'node:timers/promises'
import { createSimulatorServer } from '../kit/index.ts'
import { ok, parseBody, refusal } from './answers.ts'
import { answerRequest } from './rest.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import type { Answer } from './answers.ts'
import type { Exchange } from './rest.ts'

export type CommandFault = {
  /** Only for this action, `answer`; default any. */
  action?: string
  /** `silence` never answers, `ignored` says that all is well and does nothing. */
  kind: 'server-error' | 'rate-limit' | 'silence' | 'ignored'
  /** Whether the command takes effect all the same. Default false. */
  isExecuted?: boolean
}

export type RestServer = {
  readonly origin: string
  readonly seenKeys: ReadonlySet<string>
  failNext(fault: CommandFault): void
  close(): Promise<void>
}

const FAULT_ANSWERS: Readonly<Record<Exclude<CommandFault['kind'], 'silence' | 'ignored'>, Answer>> = {
  'server-error': refusal(503, '10016', 'Service unavailable'),
  'rate-limit': refusal(429, '10011', 'Too many requests'),
}

/** Serves the REST API on 127.0.0.1. */
export async function createRestServer({
  exchange,
  port,
  commandMs,
}: {
  exchange: Exchange
  port: number
  commandMs: number
}): Promise<RestServer> {
  const seenKeys = new Set<string>()
  const faults: CommandFault[] = []

  const takeFault = (method: string, path: string): CommandFault | undefined => {
    const isCommand = method === 'POST' && path.startsWith('/v2/calls')
    const index = faults.findIndex(({ action }) => isCommand && (action === undefined || path.endsWith(`/${action}`)))
    return index < 0 ? undefined : faults.splice(index, 1)[0]
  }

  const handle = async ({ method, path, query, headers, body }: SimulatorRequest): Promise<SimulatorAnswer> => {
    const apiKey = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    if (apiKey !== undefined) seenKeys.add(apiKey)
    if (commandMs > 0) await delay(commandMs)
    const fault = takeFault(method, path)
    const execute = () => answerRequest(exchange, { method, path, query, apiKey, body: body.toString('utf8') })
    if (!fault) return execute()
    if (fault.isExecuted) execute()
    if (fault.kind === 'ignored') return ignoreCommand({ path, apiKey, text: body.toString('utf8') })
    if (fault.kind === 'silence') return new Promise(() => undefined)
    const limits = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }
    return { ...FAULT_ANSWERS[fault.kind], headers: fault.kind === 'rate-limit' ? limits : {} }
  }

  const ignoreCommand = ({ path, apiKey = '', text }: { path: string; apiKey?: string; text: string }): Answer => {
    const [, id, action = ''] = /\/calls\/([^/]+)\/actions\/([a-z_]+)$/.exec(path) ?? []
    const callControlId = id === undefined ? undefined : decodeURIComponent(id)
    const fields = parseBody(text) ?? {}
    exchange.record({ at: Date.now(), apiKey, action, callControlId, body: fields, status: 200, isDuplicate: false })
    return ok({ result: 'ok' })
  }

  const server = await createSimulatorServer({
    port,
    onRequest: handle,
    onUpgrade: () => ({ refuse: refusal(404, '10005', 'Resource not found') }),
  })

  return { origin: server.origin, seenKeys, failNext: (fault) => void faults.push(fault), close: server.close }
}
