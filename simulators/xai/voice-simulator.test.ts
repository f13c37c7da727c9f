import { once } from 'node:events'
import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'ws'
import { createXaiSimulator } from './index.ts'
import type { XaiSimulator } from './index.ts'

const KEY = 'xai-T3BlbkFJ-good'

let simulator: XaiSimulator
const sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await simulator.close()
})

const open = async (path: string, authorization = `Bearer ${KEY}`) => {
  simulator = await createXaiSimulator({ keys: { [KEY]: {} } })
  const socket = new WebSocket(`${simulator.origin.replace('http', 'ws')}${path}`, { headers: { authorization } })
  sockets.push(socket)
  await once(socket, 'open')
  return socket
}

describe('the xAI simulator, speech and transcription', () => {
  it.each<[string, string, string | undefined, number]>([
    ['a wrong key', '/v1/tts?language=en', 'Bearer xai-wrong', 400],
    ['no key', '/v1/stt', '', 401],
    ['speech without a language', '/v1/tts?voice=eve', undefined, 400],
    ['an unknown voice', '/v1/tts?language=en&voice=nobody', undefined, 400],
    ['an unknown codec', '/v1/tts?language=en&codec=opus', undefined, 400],
    ['an unknown parameter', '/v1/stt?model=grok-stt', undefined, 400],
    ['an endpointing out of range', '/v1/stt?endpointing=5001', undefined, 400],
    ['a key term that is too long', `/v1/stt?keyterm=${'x'.repeat(51)}`, undefined, 400],
    ['another path', '/v1/voice', undefined, 404],
  ])('should refuse %s at the handshake', async (_name, path, authorization, status) => {
    await expect(open(path, authorization)).rejects.toThrow(`Unexpected server response: ${status}`)
  })

  it.each([
    ['/v1/tts?language=en&codec=mulaw&sample_rate=8000', { type: 'speak', text: 'Hello.' }],
    ['/v1/tts?language=en&codec=mulaw&sample_rate=8000', { type: 'text.delta', text: 'Hello.' }],
    ['/v1/tts?language=en', { type: 'text.delta', delta: 'Hello.' }],
    ['/v1/stt?encoding=mulaw&sample_rate=8000', { type: 'CloseStream' }],
  ])('should answer at %s what it does not know with an error: %j', async (path, message) => {
    const socket = await open(path)
    socket.send(JSON.stringify(message))
    let answer: { type?: string } = {}
    while (answer.type !== 'error') answer = JSON.parse(String((await once(socket, 'message'))[0]))
    expect(answer).toEqual({ type: 'error', message: expect.any(String) })
  })
})
