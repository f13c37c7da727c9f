import type WebSocket from 'ws'

export type Heartbeat = {
  /** Call once the socket is open. */
  begin(): void
  stop(): void
}

type HeartbeatOptions = {
  socket: WebSocket
  /** Between two pings, in ms. */
  everyMs: number
  /** Called at most once, between one and two intervals after the other side's last sign of life. */
  onDead(): void
}

/**
 * Pings an open WebSocket, and tells when the other side is gone without a word: a connection that only the network lost
 * takes audio for minutes, and nobody hears it (livekit/agents issues 7206 and 7356). Any message is a sign of life. Who
 * has never answered a ping is not held to it, although every server has to (https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2).
 */
export function createHeartbeat({ socket, everyMs, onDead }: HeartbeatOptions): Heartbeat {
  let timer: NodeJS.Timeout | undefined
  let dueAt = 0
  let answersPings = false
  let isAlive = true

  const ping = () => {
    isAlive = false
    socket.ping()
    dueAt = Date.now() + everyMs
    timer = setTimeout(beat, everyMs)
  }
  const beat = () => {
    // After a stall of this process its timers run before what has arrived meanwhile is read.
    const isLate = Date.now() - dueAt > everyMs / 2
    if (isAlive || isLate || !answersPings) return ping()
    onDead()
  }

  return {
    begin() {
      socket.on('pong', () => {
        answersPings = true
        isAlive = true
      })
      socket.on('message', () => {
        isAlive = true
      })
      ping()
    },
    stop: () => clearTimeout(timer),
  }
}
