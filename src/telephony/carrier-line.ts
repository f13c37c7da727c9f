import type { Payload } from 'payload'
import type { AudioEncoding, DialCommand, TelephonyClient } from '../provider-kit/index.ts'
import { createDeferred } from './deferred.ts'

/** One call at its carrier: its commands, each under an id that is the same whenever it is tried again. */
export type CarrierLine = {
  /** The carrier's id of the call; undefined until a dial was taken. */
  readonly carrierCallId: string | undefined
  dial(command: Omit<DialCommand, 'commandId'>): Promise<void>
  answer(): Promise<void>
  startStream(options: { streamUrl: string; encoding: AudioEncoding }): Promise<void>
  transfer(options: { to: string; from: string; webhookUrl: string }): Promise<void>
  /** Absent where the carrier presses no keys. */
  sendDtmf?(digits: string): Promise<void>
  /** Ends the call, after the dial where that is under way; never rejects. */
  hangUp(): Promise<void>
  /** The call is over, or in other hands: it is not hung up any more. */
  letGo(): void
}

type CarrierLineOptions = {
  payload: Payload
  client: TelephonyClient
  callId: string
  /** Of a call that came in. */
  carrierCallId?: string
}

export function createCarrierLine({ payload, client, callId, carrierCallId }: CarrierLineOptions): CarrierLine {
  let known = carrierCallId
  let isLetGo = false
  let transfers = 0
  let keyPresses = 0
  const dialled = createDeferred<string | undefined>()
  let hasDialled = false

  /** What a command names the call by. */
  const name = (command: string) => ({ carrierCallId: known ?? '', commandId: `${callId}-${command}` })
  const { sendDtmf } = client

  return {
    get carrierCallId() {
      return known
    },
    async dial(command) {
      hasDialled = true
      try {
        known = (await client.dial({ ...command, commandId: dialCommandIdOf(callId) })).carrierCallId
      } finally {
        dialled.resolve(known)
      }
    },
    answer: () => client.answer(name('answer')),
    startStream: (options) => client.startStream({ ...name('stream'), ...options }),
    transfer: (options) => client.transfer({ ...name(`transfer-${++transfers}`), ...options }),
    ...(sendDtmf && {
      sendDtmf: (digits: string) => sendDtmf.call(client, { ...name(`keys-${++keyPresses}`), digits }),
    }),
    async hangUp() {
      if (hasDialled) await dialled.promise
      if (isLetGo || known === undefined) return
      try {
        await client.hangUp(name('hangup'))
      } catch (error) {
        payload.logger.warn({ err: error, callId, msg: 'The carrier did not take the hang-up' })
      }
    },
    letGo() {
      isLetGo = true
    },
  }
}

/** The command id of the dial of a call, by which a carrier's event names it. */
export const dialCommandIdOf = (callId: string): string => `${callId}-dial`
