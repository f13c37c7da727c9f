import ipaddr from 'ipaddr.js'

/** A place inside the operator's own network that tenants may name: a range of addresses, or one host and port. */
export type PrivateDestination =
  | { kind: 'range' /** CIDR. */; cidr: string }
  | { kind: 'host' /** Lower case, an IPv6 address in brackets. */; host: string; port: number }

/**
 * Reads one entry of the operator's list: `10.1.0.0/16`, `fd00::/8`, `hooks.internal:8080`, `[::1]:9000`.
 * @returns undefined where it is neither a range nor a host with a port
 */
export function parsePrivateDestination(text: string): PrivateDestination | undefined {
  if (ipaddr.isValidCIDR(text)) return { kind: 'range', cidr: text }
  const [, host, digits] = /^([a-z0-9._-]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (!host || !URL.canParse(`http://${host}`) || port < 1 || port > 65_535) return undefined
  return { kind: 'host', host: new URL(`http://${host}`).hostname, port }
}

/** Whether the operator opened that address to tenants. */
export function isOpenedAddress(address: string, opened: readonly PrivateDestination[]): boolean {
  const parsed = ipaddr.process(address)
  return opened.some((one) => {
    if (one.kind !== 'range') return false
    const [range, bits] = ipaddr.parseCIDR(one.cidr)
    return range.kind() === parsed.kind() && parsed.match(range, bits)
  })
}

/** Whether the operator opened that host at that port to tenants. */
export const isOpenedHost = (
  { hostname, port }: { hostname: string; port: number },
  opened: readonly PrivateDestination[],
): boolean => opened.some((one) => one.kind === 'host' && one.host === hostname && one.port === port)
