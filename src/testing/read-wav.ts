/** A G.711 WAV file, its channels apart. */
export type G711Wav = {
  /** 6 A-law, 7 mu-law. */
  format: number
  sampleRate: number
  /** Headerless G.711. */
  channels: Buffer[]
}

/** Reads the header's chunks and parts the channels. @throws Error where a chunk is missing */
export function readG711Wav(file: Buffer): G711Wav {
  if (file.toString('ascii', 0, 4) !== 'RIFF' || file.toString('ascii', 8, 12) !== 'WAVE') {
    throw new Error('This is no WAV file.')
  }
  const chunks = new Map<string, Buffer>()
  for (let at = 12; at + 8 <= file.length; ) {
    const length = file.readUInt32LE(at + 4)
    chunks.set(file.toString('ascii', at, at + 4), file.subarray(at + 8, at + 8 + length))
    at += 8 + length + (length % 2)
  }
  const head = chunks.get('fmt ')
  const data = chunks.get('data')
  if (!head || !data) throw new Error('The WAV file lacks a chunk.')
  const count = head.readUInt16LE(2)
  const channels = Array.from({ length: count }, (_, channel) => data.filter((_byte, at) => at % count === channel))
  return {
    format: head.readUInt16LE(0),
    sampleRate: head.readUInt32LE(4),
    channels: channels.map((c) => Buffer.from(c)),
  }
}
