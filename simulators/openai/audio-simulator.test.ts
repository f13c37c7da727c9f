import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import OpenAI, { toFile } from 'openai'
import type { RealtimeTranscriptionSessionCreateRequest } from 'openai/resources/realtime/realtime'
import WebSocket from 'ws'
import { createResampler, encodeG711 } from '../../src/provider-kit/resample.ts'
import { toWav } from '../../src/provider-kit/to-wav.ts'
import { loadUtterance } from '../speech/index.ts'
import { readToneSpeech } from '../tone-speech/index.ts'
import { createOpenAiSimulator } from './index.ts'
import type { OpenAiSimulator } from './index.ts'

const KEY = 'sk-proj-T3BlbkFJ-good'

let simulator: OpenAiSimulator
const sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await simulator.close()
})

const start = async () => {
  simulator = await createOpenAiSimulator({ keys: { [KEY]: {} }, latencies: { realTimeFactor: 0 } })
  return new OpenAI({ apiKey: KEY, baseURL: `${simulator.origin}/v1`, maxRetries: 0, logLevel: 'off' })
}

const wavOf = (audio: Buffer) => new Uint8Array(toWav(audio, 'mulaw'))

describe('the OpenAI simulator and the official SDK, speech', () => {
  it('should speak 24 kHz samples that are read back', async () => {
    const client = await start()
    const answer = await client.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'marin',
      input: 'Hello, world.',
      response_format: 'pcm',
    })
    expect(answer.headers.get('content-type')).toBe('audio/pcm')
    const resampler = createResampler({ fromRate: 24_000, toRate: 8000 })
    const pcm = new Uint8Array(await answer.arrayBuffer())
    const audio = Buffer.concat([encodeG711(resampler.push(pcm), 'mulaw'), encodeG711(resampler.flush(), 'mulaw')])
    expect(readToneSpeech(audio, 'mulaw')).toBe('hello, world.')
  })

  it.each<[string, object, string | null]>([
    ['an unknown voice', { voice: 'nobody' }, null],
    ['a new voice of an old model', { model: 'tts-1', voice: 'marin' }, null],
    [
      'instructions for an old model',
      { model: 'tts-1', voice: 'nova', instructions: 'Whisper.' },
      'unsupported_parameter',
    ],
    ['a model that does not speak', { model: 'gpt-4o' }, 'model_not_found'],
    ['no text', { input: '' }, 'invalid_value'],
    ['too much text', { input: 'x'.repeat(4097) }, 'invalid_value'],
    ['an unknown parameter', { language: 'de' }, 'unknown_parameter'],
  ])('should refuse %s', async (_name, changed, code) => {
    const client = await start()
    const request = { model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Hello.', response_format: 'pcm' as const }
    await expect(client.audio.speech.create({ ...request, ...changed })).rejects.toMatchObject({ code })
  })
})

describe('the OpenAI simulator and the official SDK, transcriptions', () => {
  it('should hear a recording', async () => {
    const client = await start()
    const file = await toFile(wavOf(loadUtterance('book-table', 'mulaw')), 'utterance.wav')
    const answer = await client.audio.transcriptions.create({ file, model: 'whisper-1', language: 'en' })
    expect(answer.text).toBe('I would like to book a table for two.')
  })

  it.each<[string, object]>([
    ['a file that is no WAV', { file: new File([Buffer.alloc(9000)], 'utterance.wav') }],
    ['a recording that is too short', { file: new File([wavOf(Buffer.alloc(100))], 'utterance.wav') }],
    ['another model', { model: 'gpt-4o' }],
    ['a language with its country', { language: 'en-US' }],
  ])('should refuse %s', async (_name, changed) => {
    const client = await start()
    const file = new File([wavOf(Buffer.alloc(9000, 0xff))], 'utterance.wav')
    const request = { file, model: 'whisper-1', ...changed }
    await expect(client.audio.transcriptions.create(request)).rejects.toThrow()
  })
})

describe('the OpenAI simulator, transcription sessions', () => {
  const open = async (path = '/v1/realtime?intent=transcription', headers = {}) => {
    const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, {
      headers: { authorization: `Bearer ${KEY}`, ...headers },
    })
    sockets.push(socket)
    const messages: { type: string; error?: { code: string | null; param: string | null } }[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data))))
    await once(socket, 'open')
    const ask = async (event: object | string) => {
      const count = messages.length
      socket.send(typeof event === 'string' ? event : JSON.stringify(event))
      while (messages.length <= Math.max(count, 1)) await once(socket, 'message')
      return messages.at(-1)
    }
    return { socket, ask }
  }
  const update = (input: object) => {
    // The SDK's own types hold what is sent; it cannot open such a session itself: it always names a model.
    const session = { type: 'transcription', audio: { input } } satisfies RealtimeTranscriptionSessionCreateRequest
    return { type: 'session.update', session }
  }
  const PCMU = { format: { type: 'audio/pcmu' as const } }

  it.each<[string, object | string, string, string | null]>([
    ['what is not JSON', '{', 'invalid_json', null],
    ['an unknown event', { type: 'response.create' }, 'invalid_value', 'type'],
    ['an unknown parameter', { type: 'input_audio_buffer.commit', model: 'x' }, 'invalid_value', ''],
    ['audio before the session', { type: 'input_audio_buffer.append', audio: 'AAAA' }, 'invalid_value', null],
    [
      'a session of the ended beta',
      { type: 'transcription_session.update', session: { input_audio_format: 'g711_ulaw' } },
      'invalid_value',
      'type',
    ],
    [
      'turn detection for a model that has none',
      update({ ...PCMU, transcription: { model: 'gpt-realtime-whisper' }, turn_detection: { type: 'server_vad' } }),
      'invalid_value',
      'session.audio.input.turn_detection',
    ],
    [
      'a country beside the language',
      update({ ...PCMU, transcription: { model: 'whisper-1', language: 'en-US' } }),
      'invalid_value',
      'session.audio.input.transcription.language',
    ],
  ])('should refuse %s', async (_name, event, code, param) => {
    await start()
    const { ask } = await open()
    expect(await ask(event)).toMatchObject({ type: 'error', error: { code, param } })
  })

  it('should refuse to commit an empty buffer, and go on', async () => {
    await start()
    const { ask } = await open()
    expect(await ask(update({ ...PCMU, transcription: { model: 'whisper-1' } }))).toMatchObject({
      type: 'session.updated',
    })
    const answer = await ask({ type: 'input_audio_buffer.commit' })
    expect(answer).toMatchObject({ type: 'error', error: { code: 'input_audio_buffer_commit_empty' } })
  })

  it.each<[string, string, object, number]>([
    ['another path', '/v1/realtimes', {}, 404],
    ['a model in the address', '/v1/realtime?intent=transcription&model=whisper-1', {}, 400],
    ['the header of the beta', '/v1/realtime?intent=transcription', { 'openai-beta': 'realtime=v1' }, 400],
    ['no key', '/v1/realtime?intent=transcription', { authorization: '' }, 401],
  ])('should refuse the upgrade for %s', async (_name, path, headers, status) => {
    await start()
    await expect(open(path, headers)).rejects.toThrow(`Unexpected server response: ${status}`)
  })
})
