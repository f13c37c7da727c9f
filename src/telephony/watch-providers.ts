import type { BoundLlm, BoundStt, BoundTts } from '../calls/index.ts'
import { isProviderError } from '../provider-kit/index.ts'
import type { LlmEvent, LlmRequest, TelephonyClient, TtsConnection } from '../provider-kit/index.ts'
import type { KeyUse } from './key-use.ts'

/** A transcription whose key is watched: each stream that opens worked. */
export const watchStt = (stt: BoundStt, use: KeyUse): BoundStt => ({
  ...stt,
  open(options, onEvent) {
    const askedAt = Date.now()
    return stt.open(options, (event) => {
      if (event.type === 'open') use.worked(askedAt)
      else if (event.type === 'error') use.failed(event.error.kind, askedAt)
      onEvent(event)
    })
  },
})

/** A voice whose key is watched: each connection that opens worked; an utterance may still be refused. */
export const watchTts = (tts: BoundTts, use: KeyUse): BoundTts => ({
  ...tts,
  open(options, onEvent) {
    const askedAt = Date.now()
    const connection = tts.open(options, (event) => {
      if (event.type === 'open') use.worked(askedAt)
      else if (event.type === 'error') use.failed(event.error.kind, askedAt)
      onEvent(event)
    })
    return watchUtterances(connection, use)
  },
})

const watchUtterances = (connection: TtsConnection, use: KeyUse): TtsConnection => ({
  close: () => connection.close(),
  destroy: () => connection.destroy(),
  speak(onEvent) {
    const askedAt = Date.now()
    return connection.speak((event) => {
      if (event.type === 'error') use.failed(event.error.kind, askedAt)
      onEvent(event)
    })
  },
})

/** A model whose key is watched: each answer that begins worked. */
export const watchLlm = (llm: BoundLlm, use: KeyUse): BoundLlm => ({
  ...llm,
  stream: (request) => watchAnswer(llm, request, use),
})

async function* watchAnswer(llm: BoundLlm, request: LlmRequest, use: KeyUse): AsyncGenerator<LlmEvent> {
  const askedAt = Date.now()
  let hasBegun = false
  try {
    for await (const event of llm.stream(request)) {
      if (!hasBegun) use.worked(askedAt)
      hasBegun = true
      yield event
    }
  } catch (error) {
    if (isProviderError(error)) use.failed(error.kind, askedAt)
    throw error
  }
}

/** A carrier whose key is watched: each command that it took worked. */
export function watchCarrier(client: TelephonyClient, use: KeyUse): TelephonyClient {
  const watch =
    <Command, Answer>(run: (command: Command) => Promise<Answer>) =>
    async (command: Command): Promise<Answer> => {
      const askedAt = Date.now()
      try {
        const answer = await run(command)
        use.worked(askedAt)
        return answer
      } catch (error) {
        // The call was over before the command came: the carrier's answer is a good one.
        if (isProviderError(error) && error.kind === 'closed') use.worked(askedAt)
        else if (isProviderError(error)) use.failed(error.kind, askedAt)
        throw error
      }
    }
  const { sendDtmf } = client
  return {
    answer: watch((command) => client.answer(command)),
    reject: watch((command) => client.reject(command)),
    hangUp: watch((command) => client.hangUp(command)),
    startStream: watch((command) => client.startStream(command)),
    dial: watch((command) => client.dial(command)),
    transfer: watch((command) => client.transfer(command)),
    ...(sendDtmf && { sendDtmf: watch(sendDtmf.bind(client)) }),
  }
}
