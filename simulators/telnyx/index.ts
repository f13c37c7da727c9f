import { createAccount } from './account.ts'
import { createCallHandle } from '../carrier-kit/call-handle.ts'
import { CarrierCall } from './carrier-call.ts'
import { createRestServer } from './rest-server.ts'
import { createTicker } from '../carrier-kit/ticker.ts'
import { createWebhookSender } from './webhook-sender.ts'
import type { TelnyxAccount, TelnyxAccountOptions } from './account.ts'
import type { CallHandle } from '../carrier-kit/call-handle.ts'
import type { CommandFault } from './rest-server.ts'
import type { CarrierCallOptions } from './carrier-call.ts'
import type { Codec, Impairments } from '../carrier-kit/carrier-stream.ts'
import type { Command, Exchange } from './rest.ts'
import type { WebhookDelivery, WebhookTimes } from './webhook-sender.ts'

export type { TelnyxAccount, TelnyxAccountOptions, WebhookFaults } from './account.ts'
export type { CallHandle, Moment, Spoken } from '../carrier-kit/call-handle.ts'
export type { CallEnd } from '../carrier-kit/call-end.ts'
export type { CallEvent, CallEventName } from '../carrier-kit/call-log.ts'
export type { Codec, Impairments } from '../carrier-kit/carrier-stream.ts'
export type { PlaybackStats } from '../carrier-kit/playback.ts'
export type { Recording } from '../carrier-kit/recording.ts'
export type { CalleeScript } from '../carrier-kit/callee.ts'
export type { Transfer } from '../carrier-kit/transfer.ts'
export type { Command } from './rest.ts'
export type { CommandFault } from './rest-server.ts'
export type { WebhookDelivery } from './webhook-sender.ts'

export type TelnyxLatencies = WebhookTimes & {
  /** From a request to its answer, in ms. */
  commandMs: number
}

export type TelnyxSimulatorOptions = {
  accounts: readonly TelnyxAccountOptions[]
  /** Default 0 everywhere, webhooks retried after 200, 500 and 1,000 ms, 10 s for their answer. */
  latencies?: Partial<TelnyxLatencies>
  /** Default a free port of 127.0.0.1. */
  port?: number
}

export type PlaceCallOptions = {
  /** An account of this simulator, or its API key. */
  account: TelnyxAccount | string
  from: string
  to: string
  /** The codec of the call. Default PCMU. */
  codec?: Codec
  /** What `call.initiated` says was offered. Default the codec. */
  offeredCodecs?: string
  impairments?: Impairments
  /** Default 60 s. */
  ringTimeoutMs?: number
}

export type TelnyxSimulator = {
  /** For `TELNYX_BASE_URL`. */
  readonly origin: string
  /** @throws Error when there is no such account */
  account(apiKey: string): TelnyxAccount
  addAccount(options: TelnyxAccountOptions): TelnyxAccount
  /** Somebody calls a number of the account: `call.initiated` goes out. */
  placeCall(options: PlaceCallOptions): CallHandle
  /** The next call that the application dials, whether before or after this was called. */
  nextDial(): Promise<CallHandle>
  /** Every command, in the order of arrival. */
  readonly commands: readonly Command[]
  /** Every API key that was presented, known or not. */
  readonly seenKeys: ReadonlySet<string>
  readonly webhookDeliveries: readonly WebhookDelivery[]
  /** Sends a delivery again, byte for byte. */
  replayWebhook(delivery: WebhookDelivery): Promise<WebhookDelivery>
  /** Resolves when no webhook is under way any more. */
  webhooksSettled(): Promise<void>
  /** The next command goes wrong in that way; several are used up in order. */
  failNextCommand(fault: CommandFault): void
  /** Calls that have not ended. */
  readonly liveCalls: number
  /** Drops all calls without a word, and everything else. */
  close(): Promise<void>
}

/** Telnyx heeds a command_id for this long, in ms. */
const COMMAND_ID_TTL_MS = 60_000
const DEFAULT_RING_TIMEOUT_MS = 60_000

const DEFAULT_LATENCIES: TelnyxLatencies = {
  commandMs: 0,
  webhookMs: 0,
  webhookRetriesMs: [200, 500, 1000],
  webhookTimeoutMs: 10_000,
}

const createCommandMemory = () => {
  const seenAt = new Map<string, number>()
  return (callControlId: string, commandId: string): boolean => {
    const now = Date.now()
    for (const [key, at] of seenAt) {
      if (now - at < COMMAND_ID_TTL_MS) break
      seenAt.delete(key)
    }
    const key = `${callControlId} ${commandId}`
    if (seenAt.has(key)) return true
    seenAt.set(key, now)
    return false
  }
}

const createQueue = <T>() => {
  const items: T[] = []
  const takers: ((item: T) => void)[] = []
  return {
    put: (item: T) => {
      const taker = takers.shift()
      if (taker) taker(item)
      else items.push(item)
    },
    take: (): Promise<T> =>
      new Promise((resolve) => {
        const item = items.shift()
        if (item === undefined) takers.push(resolve)
        else resolve(item)
      }),
  }
}

/**
 * A carrier that speaks Telnyx's wire protocols: REST with strict commands, signed webhooks, the media socket, and people
 * who call and are called.
 */
export async function createTelnyxSimulator(options: TelnyxSimulatorOptions): Promise<TelnyxSimulator> {
  const latencies = { ...DEFAULT_LATENCIES, ...options.latencies }
  const accounts = new Map<string, TelnyxAccount>()
  const calls = new Map<string, CarrierCall>()
  const endedCalls = new Map<string, TelnyxAccount>()
  const commands: Command[] = []
  const webhooks = createWebhookSender(latencies)
  const ticker = createTicker()
  const dialled = createQueue<CallHandle>()
  const dials = new Map<string, CarrierCall>()

  const addAccount = (account: TelnyxAccountOptions) => {
    const created = createAccount(account)
    accounts.set(account.apiKey, created)
    return created
  }
  for (const account of options.accounts) addAccount(account)

  const accountOf = (apiKey: string) => {
    const account = accounts.get(apiKey)
    if (!account) throw new Error('The simulator has no such account.')
    return account
  }

  const create = (facts: Omit<CarrierCallOptions, 'webhooks' | 'ticker' | 'onEnded'>): CarrierCall => {
    const call: CarrierCall = new CarrierCall({
      ...facts,
      webhooks,
      ticker,
      onEnded: () => {
        calls.delete(call.callControlId)
        endedCalls.set(call.callControlId, call.account)
      },
    })
    calls.set(call.callControlId, call)
    return call
  }

  const exchange: Exchange = {
    findAccount: (apiKey) => accounts.get(apiKey),
    findCall: (id, account) => {
      const call = calls.get(id)
      if (call) return call.account === account ? call : undefined
      return endedCalls.get(id) === account ? 'ended' : undefined
    },
    isRepeated: createCommandMemory(),
    record: (command) => void commands.push(command),
    dial: (account, command) => {
      const dialId = command.command_id === undefined ? undefined : `${account.apiKey} ${command.command_id}`
      const former = dialId === undefined ? undefined : dials.get(dialId)
      if (former) return { call: former, isRepeated: true }
      const call = create({
        account,
        direction: 'outgoing',
        from: command.from,
        to: command.to,
        codec: 'PCMU',
        offeredCodecs: 'PCMU,PCMA',
        clientState: command.client_state,
        impairments: {},
        ringTimeoutMs: (command.timeout_secs ?? 30) * 1000,
        detection: command.answering_machine_detection,
        webhookUrl: command.webhook_url,
      })
      if (dialId !== undefined) dials.set(dialId, call)
      const handle = createCallHandle(call, call.callControlId)
      // The answer to the request goes out first.
      setImmediate(() => {
        call.start()
        dialled.put(handle)
      })
      return { call, isRepeated: false }
    },
  }

  const server = await createRestServer({ exchange, port: options.port ?? 0, commandMs: latencies.commandMs })

  return {
    origin: server.origin,
    account: accountOf,
    addAccount,
    placeCall: ({ account, codec = 'PCMU', offeredCodecs = codec, impairments = {}, ringTimeoutMs, from, to }) => {
      const call = create({
        account: typeof account === 'string' ? accountOf(account) : account,
        direction: 'incoming',
        from,
        to,
        codec,
        offeredCodecs,
        clientState: undefined,
        impairments,
        ringTimeoutMs: ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS,
      })
      call.start()
      return createCallHandle(call, call.callControlId)
    },
    nextDial: dialled.take,
    commands,
    seenKeys: server.seenKeys,
    webhookDeliveries: webhooks.deliveries,
    replayWebhook: webhooks.replay,
    webhooksSettled: webhooks.settled,
    failNextCommand: server.failNext,
    get liveCalls() {
      return calls.size
    },
    close: async () => {
      webhooks.close()
      for (const call of [...calls.values()]) call.vanish()
      ticker.close()
      await server.close()
    },
  }
}
