import type { WebSocket } from 'ws'
import { createTimeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import { errorMessage } from './errors.ts'
import type { TokenSession } from './session.ts'
import { createTokenSession } from './session.ts'
import { parseObject } from './shape.ts'
import { readStart } from './start-request.ts'
import type { SonioxFault, SonioxLatencies, SonioxSession } from './types.ts'

type StreamRefusal = { code: number; type?: string; message?: string }

/** Speaks Soniox's protocol on a socket, and does to it what the faults say. */
export function runStream(stream: {
  socket: WebSocket
  session: SonioxSession
  latencies: SonioxLatencies
  library: SpeechLibrary
  idleMs: number
  /** Whether the key, taken from the handshake or else the start request, may stream; undefined if so. */
  authorize(keyInMessage: string | undefined): StreamRefusal | undefined
  faultOf(key: string): SonioxFault | undefined
}): void {
  const { socket, session, latencies, library, idleMs, authorize, faultOf } = stream
  const timeline = createTimeline()
  let bytesUntilClose = Number.POSITIVE_INFINITY
  let tokens: TokenSession | undefined
  let hasEnded = false

  const send = (message: object) => {
    if (faultOf(session.key)?.kind === 'stall') session.withheld.push(message)
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const close = (code = 1000) => {
    session.closeCode ??= code
    session.isOpen = false
    socket.close(code)
  }
  /** Every error is a message, then a close without a reason. Source: https://soniox.com/docs/stt/rt/error-handling */
  const refuse = (error: StreamRefusal) => {
    hasEnded = true
    timeline.clear()
    if (socket.readyState === socket.OPEN) {
      socket.send(JSON.stringify(errorMessage({ ...error, requestId: session.id })))
    }
    close()
  }
  const idleTimer = setTimeout(() => refuse({ code: 408 }), idleMs)
  socket.on('close', (code) => {
    clearTimeout(idleTimer)
    timeline.clear()
    tokens?.dispose()
    session.isOpen = false
    session.closeCode ??= code
  })

  const begin = (data: Buffer) => {
    const start = readStart(data)
    if (typeof start === 'string') return refuse({ code: 400, message: start })
    session.start = start.message
    const fault = faultOf(session.key)
    if (fault?.kind === 'refuse-after-open') return refuse({ code: fault.code, type: fault.type })
    const refused = authorize(typeof start.message.api_key === 'string' ? start.message.api_key : undefined)
    if (refused) return refuse(refused)
    tokens = createTokenSession({
      start,
      session,
      library,
      latencies,
      timeline,
      send,
      close,
      onSpeech() {
        const wish = faultOf(session.key)
        if (wish?.kind === 'close-mid-utterance') bytesUntilClose = (wish.afterMs ?? 300) * 8
      },
    })
  }
  const onText = (data: Buffer) => {
    if (!tokens) return begin(data)
    if (data.length === 0) {
      hasEnded = true
      return tokens.end()
    }
    const message = parseObject(data)
    if (message?.type === 'keepalive') session.keepAlives++
    else if (message?.type === 'finalize') tokens.finalize()
    else refuse({ code: 400, message: 'Invalid control message.' })
  }
  const onAudio = (data: Buffer) => {
    if (!tokens) return refuse({ code: 400, message: 'Start request is missing.' })
    if (data.length === 0) return onText(data)
    session.audioBytes += data.length
    tokens.onAudio(data)
    bytesUntilClose -= data.length
    const fault = faultOf(session.key)
    if (bytesUntilClose > 0 || fault?.kind !== 'close-mid-utterance') return
    if (!fault.isSilent) return refuse({ code: fault.code ?? 503 })
    hasEnded = true
    timeline.clear()
    close(fault.code ?? 1011)
  }
  socket.on('message', (data: Buffer, isBinary) => {
    if (hasEnded) return
    idleTimer.refresh()
    if (isBinary) onAudio(data)
    else onText(data)
  })
}
