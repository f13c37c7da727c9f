import type { CallActions } from './call-actions.ts'
import type { CarrierLine } from './carrier-line.ts'
import { createDtmfTones, isDigits } from './dtmf-tones.ts'
import type { HandOver } from './hand-over.ts'
import { BYTES_PER_MS } from '../provider-kit/index.ts'
import type { AudioEncoding } from '../provider-kit/index.ts'

type CallActionsOptions = {
  line: CarrierLine
  handOver: HandOver
  /** E.164; what the number that is called sees. */
  ownNumber: string
  webhookUrl: string
  encoding: AudioEncoding
  /** Plays audio to the caller behind what is being played. */
  play(audio: Uint8Array): void
  endCall(): void
}

const E164 = /^\+[1-9]\d{6,14}$/

/** What an agent may do to its live call. */
export function createCallActions({
  line,
  handOver,
  ownNumber,
  webhookUrl,
  encoding,
  play,
  endCall,
}: CallActionsOptions): CallActions {
  return {
    endCall,
    async transfer(to) {
      if (!E164.test(to)) throw new RangeError('A number to transfer to has a plus and the country code, +15551234567.')
      const outcome = handOver.begin(to)
      try {
        await line.transfer({ to, from: ownNumber, webhookUrl })
      } catch (error) {
        handOver.onFailed('the carrier refused')
        await outcome
        throw new Error('The carrier did not take the transfer.', { cause: error })
      }
      const { kind } = await outcome
      if (kind === 'failed') throw new Error('The number was not reached; the caller is still on the line.')
      if (kind === 'ended') throw new Error('The call ended before the number was reached.')
    },
    async sendDigits(digits) {
      if (!isDigits(digits)) throw new RangeError('Only the keys of a telephone can be pressed: 0-9, A-D, * and #.')
      if (line.sendDtmf) return line.sendDtmf(digits)
      const tones = createDtmfTones({ digits, encoding })
      play(tones)
      await new Promise((resolve) => setTimeout(resolve, tones.length / BYTES_PER_MS))
    },
  }
}
