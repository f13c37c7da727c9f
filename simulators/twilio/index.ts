import { createTicker } from '../carrier-kit/ticker.ts'
import { createAccount } from './account.ts'
import { createCallHandle } from './call-handle.ts'
import { CarrierCall } from './carrier-call.ts'
import { createRestServer } from './rest-server.ts'
import { createWebhookSender } from './webhook-sender.ts'
import type { Codec, Impairments } from '../carrier-kit/carrier-stream.ts'
import type { TwilioAccount, TwilioAccountOptions } from './account.ts'
import type { CallHandle } from './call-handle.ts'
import type { CarrierCallOptions } from './carrier-call.ts'
import type { Problem } from './problems.ts'
import type { CallRecord } from './resources.ts'
import type { Command, Exchange } from './rest.ts'
import type { CommandFault } from './rest-server.ts'
import type { WebhookDelivery, WebhookTimes } from './webhook-sender.ts'

export type { TwilioAccount, TwilioAccountOptions, WebhookFaults } from './account.ts'
export type { CallHandle } from './call-handle.ts'
export type { CalleeScript } from '../carrier-kit/callee.ts'
export type { Problem } from './problems.ts'
export type { Command } from './rest.ts'
export type { CommandFault } from './rest-server.ts'
export type { Transfer } from '../carrier-kit/transfer.ts'
export type { WebhookDelivery } from './webhook-sender.ts'

export type TwilioLatencies = WebhookTimes & {
  /** From a request to its answer, in ms. */
  commandMs: number
}

export type TwilioSimulatorOptions = {
  accounts: readonly TwilioAccountOptions[]
  /** Default 0 everywhere, one more try of a webhook after 100 ms, 15 s for its answer. */
  latencies?: Partial<TwilioLatencies>
  /** Default a free port of 127.0.0.1. */
  port?: number
}

export type PlaceCallOptions = {
  /** An account of this simulator, or its SID. */
  account: TwilioAccount | string
  from: string
  to: string
  /** The codec of the call's other leg. Nothing comes of it: Twilio's streams are mu-law always. */
  codec?: Codec
  impairments?: Impairments
  /** Default 60 s. */
  ringTimeoutMs?: number
}

export type TwilioSimulator = {
  /** For `TWILIO_BASE_URL`. */
  readonly origin: string
  /** @throws Error when there is no such account */
  account(accountSid: string): TwilioAccount
  addAccount(options: TwilioAccountOptions): TwilioAccount
  /** Somebody calls a number of the account: its `voice` webhook is asked what to do. */
  placeCall(options: PlaceCallOptions): CallHandle
  /** The next call that the application dials, whether before or after this was called. */
  nextDial(): Promise<CallHandle>
  /** Every command, in the order of arrival. */
  readonly commands: readonly Command[]
  /** Every auth token that was presented, known or not. */
  readonly seenKeys: ReadonlySet<string>
  readonly webhookDeliveries: readonly WebhookDelivery[]
  /** Sends a delivery again, byte for byte; what is answered has no effect. */
  replayWebhook(delivery: WebhookDelivery): Promise<WebhookDelivery>
  /** Resolves when no webhook is under way any more. */
  webhooksSettled(): Promise<void>
  /** The next command goes wrong in that way; several are used up in order. */
  failNextCommand(fault: CommandFault): void
  /** What Twilio would have logged of all calls. */
  readonly problems: readonly Problem[]
  /** Calls that have not ended. */
  readonly liveCalls: number
  /** Drops all calls without a word, and everything else. */
  close(): Promise<void>
}

const DEFAULT_RING_TIMEOUT_MS = 60_000

const DEFAULT_LATENCIES: TwilioLatencies = {
  commandMs: 0,
  webhookMs: 0,
  webhookRetriesMs: [100],
  webhookTimeoutMs: 15_000,
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
 * A carrier that speaks Twilio's wire protocols: signed webhooks answered by TwiML, REST with strict forms, the media
 * socket, and people who call and are called. It has the shape of the Telnyx simulator, so that a test can drive either.
 */
export async function createTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const latencies = { ...DEFAULT_LATENCIES, ...options.latencies }
  const accounts = new Map<string, TwilioAccount>()
  const calls = new Map<string, CarrierCall>()
  const commands: Command[] = []
  const problems: Problem[] = []
  const webhooks = createWebhookSender(latencies)
  const ticker = createTicker()
  const dialled = createQueue<CallHandle>()
  const endedCalls = new Map<string, CallRecord>()

  const addAccount = (account: TwilioAccountOptions) => {
    const created = createAccount(account)
    accounts.set(account.accountSid, created)
    return created
  }
  for (const account of options.accounts) addAccount(account)

  const accountOf = (accountSid: string) => {
    const account = accounts.get(accountSid)
    if (!account) throw new Error('The simulator has no such account.')
    return account
  }

  const begin = (facts: Omit<CarrierCallOptions, 'webhooks' | 'ticker' | 'onProblem' | 'onEnded'>): CarrierCall => {
    const call: CarrierCall = new CarrierCall({
      ...facts,
      webhooks,
      ticker,
      onProblem: (problem) => void problems.push(problem),
      onEnded: () => {
        const { callSid, answeredBy, direction, from, startTime, status, to } = call
        calls.delete(callSid)
        endedCalls.set(callSid, { account: call.account, callSid, answeredBy, direction, from, startTime, status, to })
      },
    })
    calls.set(call.callSid, call)
    return call
  }

  const exchange: Exchange = {
    findAccount: (accountSid) => accounts.get(accountSid),
    findCall: (callSid, account) => {
      const live = calls.get(callSid)
      const record = live ?? endedCalls.get(callSid)
      return record?.account === account ? { record, live } : undefined
    },
    record: (command) => void commands.push(command),
    dial: (account, dial) => {
      const { from, to, ringMs: ringTimeoutMs } = dial
      const call = begin({ account, direction: 'outgoing', from, to, dial, impairments: {}, ringTimeoutMs })
      const handle = createCallHandle(call)
      // The answer to the request goes out first.
      setImmediate(() => {
        call.start()
        dialled.put(handle)
      })
      return call
    },
  }

  const server = await createRestServer({ exchange, port: options.port ?? 0, commandMs: latencies.commandMs })

  return {
    origin: server.origin,
    account: accountOf,
    addAccount,
    placeCall: ({ account, from, to, impairments = {}, ringTimeoutMs = DEFAULT_RING_TIMEOUT_MS }) => {
      const owner = typeof account === 'string' ? accountOf(account) : account
      const call = begin({ account: owner, direction: 'incoming', from, to, impairments, ringTimeoutMs })
      call.start()
      return createCallHandle(call)
    },
    nextDial: dialled.take,
    commands,
    seenKeys: server.seenKeys,
    webhookDeliveries: webhooks.deliveries,
    replayWebhook: webhooks.replay,
    webhooksSettled: webhooks.settled,
    failNextCommand: server.failNext,
    problems,
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
