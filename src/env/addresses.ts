/** Whether a host name or address reaches this machine alone. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Reads an http or https origin; a lone trailing slash is dropped.
 * @returns undefined when it is no such URL, or has a path, query, fragment or credentials
 */
export function parseOrigin(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isBare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  return isBare && !/[?#]/.test(text) ? url : undefined
}
