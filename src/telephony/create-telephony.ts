import type { Router } from 'express'
import type { Payload } from 'payload'
import { toWebSocketOrigin } from '../provider-kit/index.ts'
import { compositionOf } from '../composition.ts'
import { getRuntime } from '../server/runtime.ts'
import { DEFAULT_TELEPHONY_DEADLINES } from './deadlines.ts'
import type { TelephonyDeadlines } from './deadlines.ts'
import { createInboundCalls } from './inbound-calls.ts'
import { createMediaTokens } from './media-tokens.ts'
import { createMediaUpgrade } from './media-upgrade.ts'
import type { MediaTarget, MediaUpgrade } from './media-upgrade.ts'
import type { PhoneCall } from './phone-call.ts'
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

/** Joins carriers and conversations: webhooks and media sockets in, live calls out. */
export function createTelephony({ payload, deadlines }: CreateTelephonyOptions): Telephony {
  const { environment } = compositionOf(payload)
  const limits = { ...DEFAULT_TELEPHONY_DEADLINES, ...deadlines }
  const tokens = createMediaTokens<MediaTarget>({ lifetimeMs: limits.mediaTokenMs })
  const media = createMediaUpgrade({ tokens })
  const progress = createProgressWriter({
    pauseMs: PROGRESS_PAUSE_MS,
    onError: (error) => payload.logger.error({ err: error, msg: 'The progress of a call could not be saved' }),
  })
  const inbound = createInboundCalls({
    payload,
    runtime: getRuntime(),
    progress,
    deadlines: limits,
    issueStreamUrl: (call: PhoneCall) =>
      `${toWebSocketOrigin(environment.publicUrl)}/media/${call.provider}/${tokens.issue(call)}`,
  })

  return {
    webhooks: createWebhookRouter({ payload, onEvent: inbound.take }),
    tryUpgrade: media.tryUpgrade,
    idle: inbound.idle,
    close() {
      inbound.close()
      media.close()
    },
  }
}
