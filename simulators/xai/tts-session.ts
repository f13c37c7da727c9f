import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { synthesizeToneSpeech } from '../tone-speech/index.ts'
import type { VoiceSessionOptions } from './voice-upgrade.ts'

/** Source: https://docs.x.ai/developers/rest-api-reference/inference/voice (streaming text to speech, client messages) */
const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text.delta'), delta: z.string().max(15_000) }),
  z.strictObject({ type: z.literal('text.done') }),
  z.strictObject({ type: z.literal('text.clear') }),
])

/** Characters in one audio message. Seven cut words in two, as real chunks do. */
const CHUNK_CHARACTERS = 7
const CHUNK_MS = 1

/** Speaks in tones what is written: begins while text still comes, one utterance after another. */
export function runTtsSession({ socket, session, fault }: VoiceSessionOptions): void {
  const encoding: AudioEncoding = session.query.codec === 'alaw' ? 'alaw' : 'mulaw'
  const isTelephony = /^(mulaw|ulaw|alaw)$/.test(session.query.codec ?? '') && session.query.sample_rate === '8000'
  let pending = ''
  let isDone = false
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const send = (message: object) => socket.send(JSON.stringify(message))

  const step = () => {
    timer = undefined
    if (pending === '') {
      if (!isDone) return
      isDone = false
      return send({ type: 'audio.done', trace_id: randomUUID() })
    }
    if (fault === 'stall-after-first-token' && sent > 0) return
    if (fault === 'close-mid-stream' && sent > 1) return socket.terminate()
    if (fault === 'error-mid-stream' && sent > 1) {
      send({ type: 'error', message: 'Your team team-1 has either used all available credits.' })
      return socket.close(1011)
    }
    const text = Array.from(pending).slice(0, CHUNK_CHARACTERS).join('')
    pending = pending.slice(text.length)
    sent++
    send({ type: 'audio.delta', delta: synthesizeToneSpeech(text, encoding).toString('base64') })
    next()
  }
  const next = () => {
    timer ??= setTimeout(step, CHUNK_MS)
  }

  socket.on('message', (data: Buffer, isBinary) => {
    const parsed = isBinary ? undefined : clientMessage.safeParse(JSON.parse(data.toString('utf8')))
    if (!parsed?.success || !isTelephony) {
      return send({ type: 'error', message: 'Client specified an invalid argument: unknown message.' })
    }
    session.messages.push(parsed.data)
    if (parsed.data.type === 'text.clear') {
      clearTimeout(timer)
      timer = undefined
      pending = ''
      isDone = false
      return send({ type: 'audio.clear' })
    }
    if (parsed.data.type === 'text.delta') pending += parsed.data.delta
    else isDone = true
    if (fault !== 'stall-before-first-token') next()
  })
  socket.on('close', () => clearTimeout(timer))
}
