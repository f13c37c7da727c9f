import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { NetworkError } from './network-error.ts'

/** Every address of a name, as the system resolves it. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** The system's own resolution. */
export const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    )
  })

/**
 * A `lookup` for sockets that answers only where every address of the name may be reached: one internal address among
 * public ones refuses them all. The socket connects to what was checked here; it does not ask again.
 */
export const createGuardedLookup =
  ({ resolve, mayReach }: { resolve: Resolve; mayReach(address: string): boolean }): LookupFunction =>
  (hostname, { all, family }, callback) => {
    const fail = (error: Error) => callback(error, all ? [] : '')
    resolve(hostname).then((addresses) => {
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => mayReach(address))) return fail(new NetworkError('refused'))
      if (all) return callback(null, [...addresses])
      const wanted = addresses.find((one) => one.family === family) ?? first
      return callback(null, wanted.address, wanted.family)
    }, fail)
  }
