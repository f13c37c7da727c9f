/** What a plugin gets for one tenant and one use: that tenant's credentials and the provider's addresses. */
export type ProviderContext<Credentials = Record<string, string>> = {
  credentials: Credentials
  /** Origins by the names of the manifest, `<PROVIDER>_BASE_URL` already applied. No trailing slash. */
  origins: Readonly<Record<string, string>>
  /**
   * How requests leave, for a plugin with an `addressCredential`, whose every request goes through it: it asks for each
   * one whether the address is still allowed, and follows no redirect. Throws `ProviderError`. Absent for other plugins.
   */
  fetch?: typeof globalThis.fetch
}

/** A listing with the tenant's key. Its caller sets the deadline. */
export type ListContext<Credentials = Record<string, string>> = ProviderContext<Credentials> & { signal: AbortSignal }

/** Swaps the scheme of an HTTP origin for the WebSocket one: `http:` gives `ws:`, `https:` gives `wss:`. */
export const toWebSocketOrigin = (origin: string): string => origin.replace(/^http/, 'ws')
