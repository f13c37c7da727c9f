import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'

/**
 * Longer than a caller usually pauses between two turns, and well below the 60 s after which servers commonly hang up:
 * a request that meets a hang-up half-way is lost.
 */
const KEEP_IDLE_MS = 30_000

/**
 * Lets `fetch` keep idle connections for the next request. Its own default of 4 s is shorter than most answers of an
 * agent, so that every turn of a call would begin with a new TLS handshake at the language model.
 * @returns puts the former dispatcher back and closes the connections
 */
export function keepConnections(): () => Promise<void> {
  const former = getGlobalDispatcher()
  const agent = new Agent({ keepAliveTimeout: KEEP_IDLE_MS })
  setGlobalDispatcher(agent)
  return async () => {
    setGlobalDispatcher(former)
    await agent.destroy()
  }
}
