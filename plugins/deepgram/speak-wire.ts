import { openProviderSocket } from '../../src/provider-kit/index.ts'
import type { ProviderError } from '../../src/provider-kit/index.ts'
import { readRequestId, toCloseError, toDeepgramError } from './errors.ts'
import { createFlushBudget } from './flush-budget.ts'
import { parseObject, stringOf } from './shape.ts'

/** Source: https://developers.deepgram.com/docs/streaming-text-to-speech, Character Limits */
const MAX_TEXT = 2000
/** Deepgram ends a connection after 60 minutes; a new utterance is not begun on one that old. Source: the same, Timeout Limits */
const MAX_AGE_MS = 55 * 60_000
const CLOSE_GRACE_MS = 2000

type SpeakWireOptions = {
  url: string
  apiKey: string
  onOpen(requestId: string | undefined): void
  onAudio(audio: Buffer): void
  /** All text before the flush was spoken. */
  onFlushed(): void
  /** Nothing of the text before the clear will come any more. */
  onCleared(): void
  /** @param warning.isFlushRefused Deepgram takes no flush at the moment */
  onWarning(warning: { message: string; isFlushRefused: boolean }): void
  onError(error: ProviderError): void
  /** Always the last call. @param failure what the close means to somebody who was not done */
  onClose(failure: ProviderError): void
}

/** One socket to `/v1/speak`. Source: deepgram-api-specs asyncapi.yml (SpeakV1) */
export type SpeakWire = {
  readonly isOpen: boolean
  /** It may begin another utterance: it is young, and has a flush left. */
  isFit(): boolean
  flushesLeft(): number
  speak(text: string): void
  flush(): void
  clear(): void
  /** Closes in an orderly way, within 2 s. */
  close(): void
  destroy(): void
}

/** A code of Deepgram's own is all of a warning that is repeated. */
const CODE = /^[A-Z0-9_-]{1,60}$/

export function openSpeakWire(options: SpeakWireOptions): SpeakWire {
  const budget = createFlushBudget()
  const startedAt = Date.now()
  let requestId: string | undefined

  const onText = (text: string) => {
    const message = parseObject(text)
    switch (message?.type) {
      case 'Flushed':
        return options.onFlushed()
      case 'Cleared':
        return options.onCleared()
      case 'Warning':
        return onWarning(message)
      case undefined:
        return options.onWarning({ message: 'Deepgram sent a message that is not understood.', isFlushRefused: false })
      default:
        // Metadata, and whatever Deepgram adds.
        return undefined
    }
  }
  /** Its code for too many flushes is documented nowhere. Source: https://developers.deepgram.com/docs/tts-ws-flush */
  const onWarning = ({ code, description }: Record<string, unknown>) => {
    const isFlushRefused = /flush/i.test(`${stringOf(code)} ${stringOf(description)}`)
    if (isFlushRefused) budget.exhaust()
    const known = CODE.exec(stringOf(code) ?? '')?.[0]
    options.onWarning({ message: known ? `Deepgram warns: ${known}.` : 'Deepgram sent a warning.', isFlushRefused })
  }

  const socket = openProviderSocket({
    provider: 'deepgram',
    url: options.url,
    headers: { authorization: `Token ${options.apiKey}` },
    mapHandshakeFailure: (status, headers, text) => toDeepgramError({ status, headers, text }),
    onOpen(headers) {
      requestId = readRequestId(headers)
      options.onOpen(requestId)
    },
    onText,
    onBinary: (audio) => audio.length > 0 && options.onAudio(audio),
    onError: options.onError,
    onClose: (code, reason) => options.onClose(toCloseError({ code, reason, requestId })),
  })
  const send = (type: string, text?: string) => socket.sendText(JSON.stringify({ type, text }))

  return {
    get isOpen() {
      return socket.isOpen
    },
    isFit: () => budget.left() > 0 && Date.now() - startedAt < MAX_AGE_MS,
    flushesLeft: budget.left,
    speak(text) {
      for (const piece of cutText(text)) send('Speak', piece)
    },
    flush() {
      budget.spend()
      send('Flush')
    },
    clear: () => void send('Clear'),
    close() {
      send('Close')
      socket.close(CLOSE_GRACE_MS)
    },
    destroy: socket.destroy,
  }
}

/** Pieces that Deepgram takes, cut at blanks where there are any. */
function cutText(text: string): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > MAX_TEXT) {
    const blank = rest.lastIndexOf(' ', MAX_TEXT - 1)
    const end = blank > 0 ? blank + 1 : MAX_TEXT
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...pieces, rest]
}
