import { setTimeout as delay } from 'node:timers/promises'
import { createSimulatorServer } from '../kit/index.ts'
import { NOT_FOUND, refusal } from './answers.ts'
import { actionOf, answerRequest } from './rest.ts'
import type { SimulatorAnswer, SimulatorRequest } from '../kit/index.ts'
import type { Answer } from './answers.ts'
import type { Exchange, Request } from './rest.ts'

export type CommandFault = {
  /** Only for this action, `hangup`; default any. */
  action?: string
  /** `silence` never answers. */
  kind: 'server-error' | 'rate-limit' | 'silence'
  /** Whether the command takes effect all the same. Default false. */
  isExecuted?: boolean
}

export type RestServer = {
  readonly origin: string
  readonly seenKeys: ReadonlySet<string>
  failNext(fault: CommandFault): void
  close(): Promise<void>
}

const FAULT_ANSWERS: Readonly<Record<Exclude<CommandFault['kind'], 'silence'>, Answer>> = {
  'server-error': refusal(503, 20503, 'Service unavailable'),
  'rate-limit': refusal(429, 20429, 'Too Many Requests'),
}

const readBasic = (authorization = ''): Pick<Request, 'user' | 'password'> => {
  const encoded = /^Basic (.+)$/.exec(authorization)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0
    ? { user: undefined, password: undefined }
    : { user: text.slice(0, colon), password: text.slice(colon + 1) }
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

  const takeFault = ({ method, path, form }: Request): CommandFault | undefined => {
    const isCommand = method === 'POST' && path.includes('/Calls')
    const index = faults.findIndex(
      ({ action }) => isCommand && (action === undefined || action === actionOf(path, form)),
    )
    return index < 0 ? undefined : faults.splice(index, 1)[0]
  }

  const handle = async ({ method, path, query, headers, body }: SimulatorRequest): Promise<SimulatorAnswer> => {
    const request: Request = {
      method,
      path,
      query,
      ...readBasic(headers.authorization),
      form: new URLSearchParams(body.toString('utf8')),
    }
    if (request.password !== undefined) seenKeys.add(request.password)
    if (commandMs > 0) await delay(commandMs)
    const fault = takeFault(request)
    if (!fault) return answerRequest(exchange, request)
    if (fault.isExecuted) answerRequest(exchange, request)
    return fault.kind === 'silence' ? new Promise(() => undefined) : FAULT_ANSWERS[fault.kind]
  }

  const server = await createSimulatorServer({
    port,
    onRequest: handle,
    onUpgrade: () => ({ refuse: NOT_FOUND }),
  })
  return { origin: server.origin, seenKeys, failNext: (fault) => void faults.push(fault), close: server.close }
}
