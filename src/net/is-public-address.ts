import ipaddr from 'ipaddr.js'

/** IPv6 addresses of the open internet are given out of this range alone (RFC 4291, IANA). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/** Services of a cloud for its own machines, at addresses that no registry marks as special. */
const CLOUD_IPV4 = [
  // Azure's host: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ipaddr.IPv4.parseCIDR('168.63.129.16/32'),
]

/**
 * Whether an address belongs to the open internet: plain unicast and nothing else. Private, shared, loopback,
 * link-local and reserved ranges do not, nor do IPv6 addresses that carry an IPv4 address (mapped, 6to4, NAT64, Teredo).
 * @param address without brackets; anything that is no address does not belong to it either
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4'
    ? !CLOUD_IPV4.some(([range, bits]) => parsed.match(range, bits))
    : parsed.match(...GLOBAL_IPV6)
}
