const NETWORK_ERROR = Symbol.for('patchbay.network-error')

/**
 * - `refused`: the address, or one that its name leads to, is not open to tenants
 * - `timeout`: it took longer than it may, from start to end
 * - `failed`: no name, no connection, no TLS, or a connection that broke
 */
export type NetworkErrorReason = 'refused' | 'timeout' | 'failed'

/**
 * Why nothing came back from an address that a tenant named. The message is one and the same for every reason, so that
 * nobody finds out by it what lies inside; `reason` is for the server's own log.
 */
export class NetworkError extends Error {
  readonly [NETWORK_ERROR] = true
  override name = 'NetworkError'
  readonly code = 'unreachable'
  readonly reason: NetworkErrorReason

  constructor(reason: NetworkErrorReason) {
    super('The address could not be reached. Check that it is right and open to the internet.')
    this.reason = reason
  }
}

/** Tells a `NetworkError` by its marker. */
export const isNetworkError = (error: unknown): error is NetworkError =>
  typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[NETWORK_ERROR] === true
