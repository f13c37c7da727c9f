import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { createSpeechRecogniser } from '../speech/index.ts'
import type { RecognisedWord } from '../speech/index.ts'
import type { VoiceSessionOptions } from './voice-upgrade.ts'

/** Words after which a chunk is final although somebody still speaks: what xAI does every three seconds. */
const CHUNK_WORDS = 5

const textOf = (words: readonly RecognisedWord[]): string => words.map(({ text }) => text).join(' ')
const timesOf = (words: readonly RecognisedWord[]) =>
  words.map(({ text, startMs, endMs }) => ({ text, start: startMs / 1000, end: endMs / 1000 }))

/**
 * Hears what is said: interims of the chunk in hand, chunk-finals, and an utterance-final that repeats the whole
 * utterance. Source: https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text (streaming),
 * https://docs.x.ai/developers/model-capabilities/audio/speech-to-text#server-events
 */
export function runSttSession({ socket, session, library, fault }: VoiceSessionOptions): void {
  const send = (message: object) => socket.send(JSON.stringify(message))
  const tell = (words: readonly RecognisedWord[], flags: { is_final: boolean; speech_final: boolean }) =>
    send({ type: 'transcript.partial', text: textOf(words), words: timesOf(words), ...flags, start: 0, duration: 1 })
  let finalWords = 0

  const recogniser = createSpeechRecogniser({
    encoding: (session.query.encoding ?? 'mulaw') as AudioEncoding,
    library,
    endpointMs: Number(session.query.endpointing ?? 10),
    onEvent(event) {
      if (event.type === 'speech-started' || fault === 'stall-before-first-token') return
      if (event.type === 'interim') {
        if (fault === 'close-mid-stream') return socket.terminate()
        if (fault === 'error-mid-stream') {
          send({ type: 'error', message: 'Your team team-1 has either used all available credits.' })
          return socket.close(1011)
        }
        const chunk = event.words.slice(finalWords)
        if (chunk.length > CHUNK_WORDS) {
          tell(chunk.slice(0, CHUNK_WORDS), { is_final: true, speech_final: false })
          finalWords += CHUNK_WORDS
        } else if (session.query.interim_results === 'true' && chunk.length > 0) {
          tell(chunk, { is_final: false, speech_final: false })
        }
        return
      }
      finalWords = 0
      if (event.words.length > 0) tell(event.words, { is_final: true, speech_final: true })
    },
  })

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      session.audioBytes += data.length
      return recogniser.write(data)
    }
    const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>
    session.messages.push(message)
    if (message.type !== 'audio.done') return send({ type: 'error', message: 'Client specified an invalid argument.' })
    recogniser.flush()
    if (fault === 'stall-before-first-token') return
    send({ type: 'transcript.done', text: '', words: [], duration: session.audioBytes / 8000 })
  })
  send({ type: 'transcript.created' })
}
