import { randomBytes, randomUUID } from 'node:crypto'
import { createTransfer } from '../carrier-kit/transfer.ts'
import { payloads } from './call-events.ts'
import type { Transfer } from '../carrier-kit/transfer.ts'
import type { CarrierCall } from './carrier-call.ts'
import type { WebhookSender } from './webhook-sender.ts'

export type TransferRequest = { to: string; from: string; timeoutMs: number; clientState: string | undefined }

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
    legId: leg.callControlId,
    to: request.to,
    from: request.from,
    timeoutMs: request.timeoutMs,
    script: account.callees[request.to],
    onProgress(event) {
      if (event === 'initiated') tell('call.initiated', payloads.initiated(leg, 'PCMU,PCMA'))
      if (event === 'answered') {
        tell('call.answered', payloads.answered(leg))
        tell('call.bridged', payloads.bridged(leg))
        call.log.note('bridged', request.to)
      }
    },
    onEnd(cause) {
      tell('call.hangup', payloads.hangup(leg, { cause, source: 'callee', sent: 0, received: 0 }))
      if (cause === 'normal_clearing') call.end('normal_clearing', 'callee')
    },
  })
}
