import type { WebSocket } from 'ws'
import { createTimeline } from '../kit/index.ts'
import type { SpeechLibrary } from '../speech/library.ts'
import { createAudioInput } from './audio-input.ts'
import type { TurnSession } from './session.ts'
import { createTurnSession } from './session.ts'
import { parseObject } from './shape.ts'
import { findQueryError } from './stream-query.ts'
import type { AssemblyAiFault, AssemblyAiLatencies, AssemblyAiSession } from './types.ts'

export type StreamRefusal = { code: number; error: string }

/** Three hours after it began. Source: docs/streaming/common-session-errors-and-closures (3008) */
const SESSION_S = 3 * 60 * 60

/** Speaks AssemblyAI's protocol on a socket, and does to it what the faults say. */
export function runStream(stream: {
  socket: WebSocket
  session: AssemblyAiSession
  query: URLSearchParams
  latencies: AssemblyAiLatencies
  library: SpeechLibrary
  /** How long a stream may send nothing, in ms; undefined where the request sets no limit. */
  idleMs: number | undefined
  /** Why the key may not stream; undefined where it may. */
  refusal: StreamRefusal | undefined
  faultOf(key: string): AssemblyAiFault | undefined
}): void {
  const { socket, session, query, latencies, library, idleMs, faultOf } = stream
  const timeline = createTimeline()
  const openedAt = Date.now()
  let bytesUntilClose = Number.POSITIVE_INFINITY
  let turns: TurnSession | undefined
  let hasEnded = false

  const send = (message: object) => {
    if (faultOf(session.key)?.kind === 'stall') session.withheld.push(message)
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const close = (code: number, reason = '') => {
    hasEnded = true
    session.closeCode ??= code
    session.isOpen = false
    socket.close(code, reason)
  }
  /** Every error is a message, then a close with its code. */
  const refuse = ({ code, error }: StreamRefusal, isSilent = false) => {
    timeline.clear()
    if (!isSilent && socket.readyState === socket.OPEN) {
      socket.send(JSON.stringify({ type: 'Error', error_code: code, error }))
    }
    close(code, isSilent ? error : 'See Error message for details')
  }
  const idleTimer =
    idleMs === undefined
      ? undefined
      : setTimeout(() => refuse({ code: 3008, error: 'Session Expired: Inactivity timeout' }), idleMs)
  socket.on('close', (code) => {
    clearTimeout(idleTimer)
    timeline.clear()
    turns?.dispose()
    session.isOpen = false
    session.closeCode ??= code
  })

  const begin = () => {
    const input = createAudioInput(query)
    if (!input) return refuse({ code: 3006, error: 'The encoding is not simulated' })
    turns = createTurnSession({
      query,
      input,
      session,
      library,
      latencies,
      timeline,
      send,
      onSpeech() {
        const wish = faultOf(session.key)
        if (wish?.kind === 'close-mid-utterance') bytesUntilClose = (wish.afterMs ?? 300) * 8
      },
    })
    socket.send(
      JSON.stringify({ type: 'Begin', id: session.id, expires_at: Math.floor(Date.now() / 1000) + SESSION_S }),
    )
    const fault = faultOf(session.key)
    if (fault?.kind === 'refuse-after-open') refuse(fault, fault.isSilent)
  }
  const onAudio = (data: Buffer) => {
    const input = createAudioInput(query)
    const frameMs = input?.durationMs(data) ?? 0
    session.audioBytes += data.length
    session.frameMs.push(frameMs)
    if (frameMs < 50 || frameMs > 1000) {
      const error = `Input Duration Error: Input duration violation: ${frameMs} ms. Expected between 50 and 1000 ms`
      return refuse({ code: 3007, error })
    }
    turns?.onAudio(data)
    bytesUntilClose -= data.length
    const fault = faultOf(session.key)
    if (bytesUntilClose > 0 || fault?.kind !== 'close-mid-utterance') return
    if (fault.error !== undefined) return refuse({ code: fault.code ?? 3005, error: fault.error })
    timeline.clear()
    close(fault.code ?? 1011)
  }
  const terminate = () => {
    hasEnded = true
    turns?.forceEndpoint()
    const message = {
      type: 'Termination',
      audio_duration_seconds: Math.round((turns?.audioMs ?? 0) / 1000),
      session_duration_seconds: Math.round((Date.now() - openedAt) / 1000),
    }
    timeline.after(0, () => {
      send(message)
      if (faultOf(session.key)?.kind !== 'stall') close(1000)
    })
  }
  const onText = (data: Buffer) => {
    const message = parseObject(data)
    if (message?.type === 'KeepAlive') session.keepAlives++
    else if (message?.type === 'ForceEndpoint') turns?.forceEndpoint()
    else if (message?.type === 'Terminate') terminate()
    else if (message?.type !== 'UpdateConfiguration') refuse({ code: 3006, error: 'Invalid Message: unknown type' })
  }

  const queryError = findQueryError(query)
  const fault = faultOf(session.key)
  const isFaulty = fault?.kind === 'refuse-after-open' && !fault.isAfterBegin
  const refused =
    stream.refusal ??
    (queryError ? { code: 3006, error: `Bad connection parameters: ${queryError}` } : undefined) ??
    (isFaulty ? fault : undefined)
  if (refused) {
    refuse(refused, isFaulty && fault.isSilent)
    return
  }
  if (fault?.kind !== 'never-begin') timeline.after(latencies.beginMs, begin)
  socket.on('message', (data: Buffer, isBinary) => {
    if (hasEnded) return
    idleTimer?.refresh()
    if (isBinary) onAudio(data)
    else onText(data)
  })
}
