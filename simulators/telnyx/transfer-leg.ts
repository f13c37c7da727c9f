import { randomBytes, randomUUID } from 'node:crypto'
import { createTransfer } from '../twilio/transfer.ts'
import { payloads } from './call-events.ts'
import type { Transfer } from '../twilio/transfer.ts'
import type { HangupCause } from './call-events.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { WebhookSender } from './webhook-sender.ts'

export type { Transfer } from '../twilio/transfer.ts'

export type TransferRequest = { to: string; from: string; timeoutMs: number; clientState: string | undefined }

const CAUSES: Readonly<Record<string, HangupCause>> = {
  completed: 'normal_clearing',
  busy: 'user_busy',
  'no-answer': 'timeout',
  canceled: 'originator_cancel',
}

/**
 * Rings at another number for a call. The new leg's events name that leg alone; its state is what `transfer` gave it. Once
 * it is bridged its end is the call's too; before, the call goes on.
 * Source: https://developers.telnyx.com/api-reference/call-commands/transfer-call
 */
export function openTransferLeg({
  call,
  request,
  webhooks,
}: {
  call: CarrierCall
  request: TransferRequest
  webhooks: WebhookSender
}): Transfer {
  const { account } = call
  const leg = {
    account,
    callControlId: `v3:${randomBytes(33).toString('base64url')}`,
    callLegId: randomUUID(),
    callSessionId: call.callSessionId,
    clientState: request.clientState,
    direction: 'outgoing' as const,
    from: request.from,
    to: request.to,
    startTime: new Date().toISOString(),
  }
  const tell = (eventType: string, payload: Record<string, unknown>) =>
    webhooks.send({ account, url: call.webhookUrl, eventType, callControlId: leg.callControlId, payload })

  return createTransfer({
    callSid: leg.callControlId,
    to: request.to,
    from: request.from,
    timeoutMs: request.timeoutMs,
    script: account.callees[request.to],
    onProgress(event, status) {
      if (event === 'initiated') tell('call.initiated', payloads.initiated(leg, 'PCMU,PCMA'))
      if (event === 'answered') {
        tell('call.answered', payloads.answered(leg))
        tell('call.bridged', payloads.bridged(leg))
        call.log.note('bridged', request.to)
      }
      if (event !== 'completed') return
      const cause = CAUSES[status] ?? 'not_found'
      tell('call.hangup', payloads.hangup(leg, { cause, source: 'callee', sent: 0, received: 0 }))
      if (status === 'completed') call.end('normal_clearing', 'callee')
    },
  })
}
