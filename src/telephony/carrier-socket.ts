import { isMalformedFrameError } from '../provider-kit/index.ts'
import type { MediaCodec, MediaEvent } from '../provider-kit/index.ts'
import type { MediaOut } from '../calls/index.ts'
import type { RawData, WebSocket } from 'ws'

export type CarrierSocket = {
  /** The way to the caller's ear; quiet once the socket is closed. */
  media: MediaOut
  /** @param reason at most 123 bytes */
  close(code: number, reason: string): void
}

type CarrierSocketOptions = {
  socket: WebSocket
  codec: MediaCodec
  onMedia(event: MediaEvent): void
  /** The carrier sends what it does not document; the socket has been closed. */
  onMalformed(): void
  onClosed(): void
}

/** A broken frame now and then is the carrier's slip; this many in one stream is not a media stream. */
const MALFORMED_FRAMES_BEARABLE = 20
const CLOSE_GRACE_MS = 3_000

/** Speaks one carrier's media socket: frames in and out through the plugin's codec. */
export function createCarrierSocket({
  socket,
  codec,
  onMedia,
  onMalformed,
  onClosed,
}: CarrierSocketOptions): CarrierSocket {
  let malformedFrames = 0

  const close = (code: number, reason: string) => {
    if (socket.readyState === socket.CLOSED) return
    socket.close(code, reason)
    const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
    socket.once('close', () => clearTimeout(timer))
  }

  const read = (data: RawData, isBinary: boolean): MediaEvent | undefined => {
    try {
      if (!isBinary) return codec.parse(String(data))
    } catch (error) {
      if (!isMalformedFrameError(error)) throw error
    }
    return undefined
  }

  socket.on('message', (data, isBinary) => {
    const event = read(data, isBinary)
    if (event) {
      onMedia(event)
      return
    }
    malformedFrames++
    if (malformedFrames !== MALFORMED_FRAMES_BEARABLE) return
    close(1008, 'Malformed media frames')
    onMalformed()
  })
  // `close` follows every error, and says all that there is to do.
  socket.on('error', () => {})
  socket.on('close', onClosed)

  const send = (text: string) => {
    if (socket.readyState === socket.OPEN) socket.send(text)
  }
  return {
    media: {
      send: (payload) => send(codec.media(payload)),
      mark: (name) => send(codec.mark(name)),
      clear: () => send(codec.clear()),
      bufferedBytes: () => socket.bufferedAmount,
    },
    close,
  }
}
