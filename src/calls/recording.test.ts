import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createCallRecorder } from './recording.ts'

describe('call recorder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recording-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const frame = (value: number) => Buffer.alloc(160, value)
  const channelsOf = (wav: Buffer) => {
    const data = wav.subarray(58)
    const pick = (channel: number) => Buffer.from(data.filter((_, index) => index % 2 === channel))
    return { caller: pick(0), agent: pick(1) }
  }

  it.each([
    ['mulaw', 7, 0xff],
    ['alaw', 6, 0xd5],
  ] as const)('writes a %s file whose header fits its audio', async (encoding, tag, silence) => {
    const path = join(folder, `${encoding}.wav`)
    const recorder = createCallRecorder({ path, encoding })
    for (let at = 0; at < 10_000; at += 20) {
      recorder.caller(frame((at / 20) % 100), at)
      if (at >= 4_000 && at < 5_000) recorder.agent(frame(200), at)
    }
    await recorder.close()
    const wav = await readFile(path)
    expect([wav.toString('latin1', 0, 4), wav.toString('latin1', 8, 16), wav.toString('latin1', 50, 54)]).toEqual([
      'RIFF',
      'WAVEfmt ',
      'data',
    ])
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
    expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
      tag,
      2,
      8_000,
      8,
    ])
    expect(wav.readUInt32LE(46)).toBe(80_000)
    expect(wav.readUInt32LE(54)).toBe(wav.length - 58)
    const { caller, agent } = channelsOf(wav)
    for (let at = 0; at < 500; at++) expect(caller[at * 160 + 159]).toBe(at % 100)
    expect([agent[31_999], agent[32_000], agent[39_999], agent[40_000]]).toEqual([silence, 200, 200, silence])
  })

  it('joins frames that jitter and leaves a gap where there was one', async () => {
    const path = join(folder, 'jitter.wav')
    const recorder = createCallRecorder({ path, encoding: 'mulaw' })
    recorder.caller(frame(1), 3)
    recorder.caller(frame(2), 31)
    recorder.caller(frame(3), 35)
    recorder.caller(frame(4), 500)
    await recorder.close()
    const { caller } = channelsOf(await readFile(path))
    expect([caller[0], caller[160], caller[320], caller[480], caller[3_999], caller[4_000]]).toEqual([
      1, 2, 3, 255, 255, 4,
    ])
    expect(caller).toHaveLength(4_160)
  })

  it('takes what the agent said up to three seconds late', async () => {
    const path = join(folder, 'late.wav')
    const recorder = createCallRecorder({ path, encoding: 'mulaw' })
    for (let at = 0; at < 20_000; at += 20) {
      recorder.caller(frame(1), at)
      if (at >= 12_900) recorder.agent(frame(2), at - 2_900)
    }
    await recorder.close()
    const { agent } = channelsOf(await readFile(path))
    expect(agent[10_000 * 8 - 1]).toBe(255)
    expect(agent.subarray(10_000 * 8, 17_000 * 8).every((byte) => byte === 2)).toBe(true)
  })

  it('survives a long pause of both sides', async () => {
    const path = join(folder, 'pause.wav')
    const recorder = createCallRecorder({ path, encoding: 'mulaw' })
    recorder.caller(frame(1), 0)
    recorder.caller(frame(2), 60_000)
    await recorder.close()
    const { caller } = channelsOf(await readFile(path))
    expect(caller).toHaveLength(480_160)
    expect([caller[0], caller[160], caller[480_000]]).toEqual([1, 255, 2])
  })

  it('says so when the file cannot be written', async () => {
    const recorder = createCallRecorder({ path: join(folder, 'missing', 'x.wav'), encoding: 'mulaw' })
    recorder.caller(frame(1), 0)
    await expect(recorder.close()).rejects.toThrow('ENOENT')
  })

  it('writes an empty file for a call without audio', async () => {
    const path = join(folder, 'empty.wav')
    await createCallRecorder({ path, encoding: 'mulaw' }).close()
    expect((await readFile(path)).length).toBe(58)
  })
})
