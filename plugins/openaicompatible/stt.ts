import { BYTES_PER_MS, isProviderError } from '../../src/provider-kit/index.ts'
import type {
  ProviderContext,
  ProviderError,
  SttCapability,
  SttEvent,
  SttOptions,
  SttStream,
} from '../../src/provider-kit/index.ts'
import { createUtteranceSegmenter } from '../../src/provider-kit/utterance-segmenter.ts'
import { toCompatibleError } from './errors.ts'
import { createModelChoice, FIRST_MODEL } from './models.ts'
import { transcribe } from './transcribe.ts'
import type { CompatibleCredentials } from './credentials.ts'

/** How long the server may take for the last transcripts after `close()`; the contract allows 3 s for all of it. */
const CLOSE_GRACE_MS = 2500
/** Utterances that may wait for their transcripts; a server that falls behind further is of no use in a call. */
const MAX_WAITING = 5

/**
 * Transcription by any server with OpenAI's transcription of files (`POST /audio/transcriptions`): utterances are found
 * here by how loud the line is, and each is sent as a WAV file when it is over. No words come while somebody speaks.
 */
export const stt: SttCapability<CompatibleCredentials> = {
  encodings: ['mulaw', 'alaw'],
  hasLateWords: true,
  defaultModel: FIRST_MODEL,
  models: [{ id: FIRST_MODEL, name: 'First transcription model of the server' }],
  open: openStream,
}

function openStream(
  context: ProviderContext<CompatibleCredentials>,
  options: SttOptions,
  onEvent: (event: SttEvent) => void,
): SttStream {
  const { format, model, language, keyterms = [] } = options
  const chooseModel = createModelChoice(context, 'stt', model)
  const controller = new AbortController()
  let utterance: Uint8Array[] = []
  let waiting = 0
  let sentBytes = 0
  let isOpen = false
  let isClosing = false
  let isOver = false
  let closeTimer: NodeJS.Timeout | undefined
  /** Transcripts in the order in which they were spoken, however long each takes. */
  let told = Promise.resolve()

  const end = () => {
    if (isOver) return
    isOver = true
    clearTimeout(closeTimer)
    controller.abort()
    queueMicrotask(() => onEvent({ type: 'closed', audioMs: Math.round(sentBytes / BYTES_PER_MS) }))
  }
  const fail = (error: ProviderError) => {
    if (isOver) return
    onEvent({ type: 'error', error })
    end()
  }
  const tell = (text: string) => {
    if (isOver || text === '') return
    onEvent({ type: 'final', text })
    onEvent({ type: 'end-of-turn', text })
  }

  const send = (audio: Buffer) => {
    if (waiting >= MAX_WAITING) return fail(toCompatibleError({ status: 429, body: undefined }))
    waiting++
    sentBytes += audio.length
    const request = chooseModel(controller.signal).then((chosen) =>
      transcribe({
        context,
        audio,
        encoding: format.encoding,
        model: chosen,
        language,
        keyterms,
        signal: controller.signal,
      }),
    )
    // It may fail before those before it are through.
    request.catch(() => {})
    told = told
      .then(() => request)
      .then(tell)
      .catch((error: unknown) => fail(isProviderError(error) ? error : toCompatibleError({ body: undefined })))
      .finally(() => {
        waiting--
        if (isClosing && waiting === 0) end()
      })
  }

  const segmenter = createUtteranceSegmenter({
    encoding: format.encoding,
    onEvent(event) {
      if (isOver) return
      if (event.type === 'ended') return send(Buffer.concat(utterance.splice(0)))
      if (event.type === 'started') {
        utterance = []
        onEvent({ type: 'speech-started' })
      }
      utterance.push(event.audio)
    },
  })

  /** There is nothing to wait for: each utterance is a request of its own. */
  const open = () => {
    if (isOpen || isOver) return
    isOpen = true
    onEvent({ type: 'open' })
  }
  queueMicrotask(open)

  return {
    send(audio) {
      if (isClosing || isOver) return
      open()
      segmenter.write(audio)
    },
    close() {
      if (isClosing || isOver) return
      isClosing = true
      segmenter.flush()
      if (waiting === 0) return end()
      closeTimer = setTimeout(end, CLOSE_GRACE_MS)
    },
    destroy: end,
  }
}
