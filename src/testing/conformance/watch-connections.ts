import { Socket } from 'node:net'

type Connect = (this: Socket, ...args: unknown[]) => Socket

export type ConnectionWatch = {
  /** Lets connections to this origin pass. */
  allow(origin: string): void
  /** Where somebody wanted to go beyond that, `host:port`; none of it left the machine. */
  strays: readonly string[]
  /** Connections that are open or opening. */
  open(): number
  /** Connections that were begun. */
  count(): number
  end(): void
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/** `net.connect` hands over its normalised arguments as one array; everything else what it was called with. */
const readTarget = (args: readonly unknown[]): string => {
  const [first] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args
  if (typeof first === 'number') return `${typeof args[1] === 'string' ? args[1] : 'localhost'}:${first}`
  const path = field(first, 'path')
  if (typeof first === 'string' || (typeof path === 'string' && field(first, 'port') === undefined)) return 'a pipe'
  return `${String(field(first, 'host') ?? 'localhost')}:${String(field(first, 'port'))}`
}

/**
 * Watches every connection that this process begins, whichever library does it, and lets none go anywhere but to the
 * origins that were allowed: HTTP, TLS and WebSockets all come through `Socket.prototype.connect`.
 */
export function watchConnections(): ConnectionWatch {
  const allowed = new Set<string>()
  const strays: string[] = []
  const sockets = new Set<Socket>()
  let count = 0
  const prototype = Socket.prototype as unknown as { connect: Connect }
  const connect = prototype.connect
  prototype.connect = function (...args) {
    const target = readTarget(args)
    count++
    if (!allowed.has(target)) {
      strays.push(target)
      const refusal = Object.assign(new Error('This address is not the stand.'), { code: 'ECONNREFUSED' })
      process.nextTick(() => this.destroy(refusal))
      return this
    }
    sockets.add(this)
    this.once('close', () => sockets.delete(this))
    return connect.apply(this, args)
  }
  return {
    allow: (origin) => {
      const { hostname, port } = new URL(origin)
      allowed.add(`${hostname}:${port}`)
    },
    strays,
    open: () => [...sockets].filter((socket) => !socket.destroyed).length,
    count: () => count,
    end: () => {
      prototype.connect = connect
    },
  }
}
