import type { WebSocket } from 'ws'
import { createTimeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import { createAudioInput } from './audio-input.ts'
import type { ListenSession } from './listen-session.ts'
import { createV1Session } from './session-v1.ts'
import { createV2Session } from './session-v2.ts'
import type { DeepgramFault, DeepgramLatencies, DeepgramSession } from './types.ts'

/** Connects a socket to the protocol of its version, and does to it what the faults say. */
export function runStream(stream: {
  socket: WebSocket
  session: DeepgramSession
  query: URLSearchParams
  latencies: DeepgramLatencies
  library: SpeechLibrary
  idleMs: number
  faultOf(key: string): DeepgramFault | undefined
}): void {
  const { socket, session, query, latencies, library, idleMs, faultOf } = stream
  const timeline = createTimeline()
  let bytesUntilClose = Number.POSITIVE_INFINITY
  let idleTimer: NodeJS.Timeout | undefined
  let protocol: ListenSession | undefined

  const close = (code: number, reason: string) => {
    session.closeCode ??= code
    session.isOpen = false
    socket.close(code, reason)
  }
  const onIdle = () => close(1011, 'NET-0001')
  socket.on('close', (code) => {
    clearTimeout(idleTimer)
    timeline.clear()
    protocol?.dispose()
    session.isOpen = false
    session.closeCode ??= code
  })
  if (faultOf(session.key)?.kind === 'reject-after-open') {
    close(1008, 'INVALID_AUTH')
    return
  }
  const input = createAudioInput(query)
  const context = {
    query,
    library,
    latencies,
    timeline,
    session,
    close,
    send(message: object) {
      if (faultOf(session.key)?.kind !== 'stall' && !session.isLost && socket.readyState === socket.OPEN)
        socket.send(JSON.stringify(message))
    },
    onSpeech() {
      const fault = faultOf(session.key)
      if (fault?.kind === 'close-mid-utterance') bytesUntilClose = (fault.afterMs ?? 300) * 8
      if (fault?.kind === 'lose-line') {
        session.isLost = true
        // Nothing is read any more, and so no ping answered.
        socket.pause()
      }
    },
  }
  protocol = input && (session.version === 'v1' ? createV1Session(context, input) : createV2Session(context, input))
  // Documented for v1 only.
  if (session.version === 'v1') idleTimer = setTimeout(onIdle, idleMs)
  socket.on('message', (data: Buffer, isBinary) => {
    idleTimer?.refresh()
    if (!isBinary) return protocol?.onMessage(parseObject(data))
    session.audioBytes += data.length
    if (!protocol) return close(1008, 'DATA-0000')
    protocol.onAudio(data)
    bytesUntilClose -= data.length
    const fault = faultOf(session.key)
    if (bytesUntilClose <= 0 && fault?.kind === 'close-mid-utterance')
      close(fault.code ?? 1011, fault.reason ?? 'NET-0000')
  })
}

function parseObject(data: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
