import type { Router } from 'express'
import type { Payload } from 'payload'
import { toWebSocketOrigin } from '../provider-kit/index.ts'
import { compositionOf } from '../composition.ts'
import { getRuntime } from '../server/runtime.ts'
import { DEFAULT_TELEPHONY_DEADLINES } from './deadlines.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import { createCarrierEvents } from './carrier-events.ts'
import { createMediaTokens } from './media-tokens.ts'
import { createMediaUpgrade } from './media-upgrade.ts'
import type { MediaTarget, MediaUpgrade } from './media-upgrade.ts'
import { createOpenCalls } from './open-calls.ts'
import type { CallSurroundings } from './open-calls.ts'
import { createOutboundCalls } from './outbound-calls.ts'
import { createProgressWriter } from './progress-writer.ts'
import { createWebhookRouter } from './webhook-router.ts'

export type Telephony = Pick<MediaUpgrade, 'tryUpgrade'> & {
  webhooks: Router
  /** Resolves when no event is being worked on and no call is open. */
  idle(): Promise<void>
  /** Ends every call and drops what is still connected; `idle` tells when their records are closed. */
  close(): void
}

type CreateTelephonyOptions = { payload: Payload; deadlines?: Partial<TelephonyDeadlines> }

const PROGRESS_PAUSE_MS = 150

/** Joins carriers and conversations: webhooks and media sockets in, live calls in both directions. */
export function createTelephony({ payload, deadlines }: CreateTelephonyOptions): Telephony {
  const { environment } = compositionOf(payload)
  const limits = { ...DEFAULT_TELEPHONY_DEADLINES, ...deadlines }
  const tokens = createMediaTokens<MediaTarget>({ lifetimeMs: limits.mediaTokenMs })
  const media = createMediaUpgrade({ tokens })
  const progress = createProgressWriter({
    pauseMs: PROGRESS_PAUSE_MS,
    onError: (error) => payload.logger.error({ err: error, msg: 'The progress of a call could not be saved' }),
  })
  const runtime = getRuntime()
  const surroundings: CallSurroundings = {
    payload,
    runtime,
    progress,
    deadlines: limits,
    issueStreamUrl: (call) =>
      `${toWebSocketOrigin(environment.publicUrl)}/media/${call.provider}/${tokens.issue(call)}`,
  }
  const calls = createOpenCalls(surroundings)
  const outbound = createOutboundCalls({ ...surroundings, calls })
  const events = createCarrierEvents({ ...surroundings, calls, outbound })
  runtime.placeCall = outbound.place

  return {
    webhooks: createWebhookRouter({ payload, instructionMs: limits.instructionMs, onEvent: events.take }),
    tryUpgrade: media.tryUpgrade,
    async idle() {
      await events.idle()
      await calls.idle()
    },
    close() {
      if (runtime.placeCall === outbound.place) runtime.placeCall = undefined
      calls.close()
      media.close()
    },
  }
}
