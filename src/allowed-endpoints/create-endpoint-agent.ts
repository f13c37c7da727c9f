import { isIP } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { createGuardedLookup, resolveBySystem } from '../net/guarded-lookup.ts'
import type { Resolve } from '../net/guarded-lookup.ts'
import { isMetadataAddress, NetworkError } from '../net/index.ts'

const CONNECT_MS = 5000
/** Idle connections are kept as long as a turn of a conversation takes. */
const KEEP_ALIVE_MS = 15_000

/**
 * Connections to addresses that a platform admin allowed. Where a name leads is looked at for each connection: private
 * networks are fine, a cloud's services for its own machines never are.
 * @param options.resolve the system's resolution by default
 */
export function createEndpointAgent({ resolve = resolveBySystem }: { resolve?: Resolve } = {}): Agent {
  const mayReach = (address: string) => !isMetadataAddress(address)
  const connect = buildConnector({ lookup: createGuardedLookup({ resolve, mayReach }), timeout: CONNECT_MS })
  return new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect(target, callback) {
      const host = target.hostname.replace(/^\[|\]$/g, '')
      if (isIP(host) && !mayReach(host)) return callback(new NetworkError('refused'), null)
      return connect(target, (...[error, socket]) => {
        if (error || !socket) return callback(error ?? new NetworkError('failed'), null)
        if (mayReach(socket.remoteAddress ?? '')) return callback(null, socket)
        socket.destroy()
        return callback(new NetworkError('refused'), null)
      })
    },
  })
}
