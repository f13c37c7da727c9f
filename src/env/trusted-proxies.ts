import ipaddr from 'ipaddr.js'

/** Those that stand in the same machine or the same private network, as reverse proxies and load balancers do. */
export const DEFAULT_TRUSTED_PROXIES = ['loopback', 'linklocal', 'uniquelocal'] as const

const NAMES: ReadonlySet<string> = new Set(DEFAULT_TRUSTED_PROXIES)

/**
 * Reads a comma list of addresses, networks (`10.0.0.0/8`) and the names `loopback`, `linklocal` and `uniquelocal`;
 * `none` alone trusts nobody.
 * @returns undefined where an entry is none of them
 */
export function parseTrustedProxies(text: string): string[] | undefined {
  if (text.trim() === 'none') return []
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.every((entry) => NAMES.has(entry) || isNetwork(entry)) ? entries : undefined
}

const isNetwork = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) ||
  (text.includes(':') && ipaddr.IPv6.isValid(text)) ||
  (text.includes('/') && ipaddr.isValidCIDR(text))
