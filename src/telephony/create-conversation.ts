import { createCallSession } from '../calls/index.ts'
import type { CallProgress, CallRecorder, CallSession, EndedReason, MediaOut } from '../calls/index.ts'
import type { AudioFormat } from '../provider-kit/index.ts'
import { saveCallProgress } from '../store/call-records.ts'
import type { BoundProviders } from './bind-providers.ts'
import { createCallTools } from './call-tools/create-call-tools.ts'
import type { CarrierLine } from './carrier-line.ts'
import { createCallActions } from './create-call-actions.ts'
import type { HandOver } from './hand-over.ts'
import type { PhoneCallOptions } from './phone-call-options.ts'

type ConversationOptions = {
  call: PhoneCallOptions
  format: AudioFormat
  providers: BoundProviders
  media: MediaOut
  line: CarrierLine
  handOver: HandOver
  recorder: CallRecorder | undefined
  onProgress(progress: CallProgress): void
  /** @param provider whose failure it was, if it was one's */
  onEnding(reason: EndedReason, provider: string | undefined): void
}

/** The conversation of a phone call, not yet begun, with what its agent may do to the call. */
export function createConversation({
  call,
  format,
  providers,
  media,
  line,
  handOver,
  recorder,
  onProgress,
  onEnding,
}: ConversationOptions): CallSession {
  const { payload, record, agent, log, deadlines, progress } = call
  const actions = createCallActions({
    line,
    handOver,
    ownNumber: call.ownNumber,
    webhookUrl: call.webhookUrl,
    encoding: format.encoding,
    play: (audio) => media.send(audio),
    endCall: () => void session.end('agent-hangup', { afterSpeech: true }),
  })
  const session = createCallSession({
    callId: record.callId,
    tenantId: String(call.tenant),
    agent,
    format,
    ...providers,
    media,
    log,
    recorder,
    tools: createCallTools({ tools: agent.tools ?? [], actions, search: providers.search, language: agent.language }),
    deadlines: deadlines.conversation,
    onProgress(newest) {
      onProgress(newest)
      progress.note(record.callId, newest, (latest) => saveCallProgress({ payload, record, progress: latest }))
    },
  })
  session.onEnding = ({ reason, error }) => {
    if (error) providers.uses.find(({ provider }) => provider === error.provider)?.endedBy(error.kind)
    onEnding(reason, error?.provider)
  }
  return session
}
