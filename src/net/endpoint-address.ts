import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

const MAX_LENGTH = 500

export type ParsedEndpoint =
  /** Lower case, no default port, no slash at the end: `http://gpu.internal:8000/v1`. */
  { address: string; problem?: undefined } | { address?: undefined; problem: string }

/**
 * Brings the address of a server to one form, so that two that lead to the same place are the same text.
 * What a parser and a server could read differently is refused: dots and slashes behind percent signs, empty and dotted
 * parts of the path, back slashes.
 */
export function parseEndpoint(text: string): ParsedEndpoint {
  const trimmed = text.trim()
  const url = trimmed.length <= MAX_LENGTH && URL.canParse(trimmed) ? new URL(trimmed) : undefined
  if (!url || !/^https?:\/\//i.test(trimmed))
    return { problem: 'Give a full address that begins with http:// or https://.' }
  if (url.username || url.password || /^[^/]*\/\/[^/]*@/.test(trimmed)) {
    return { problem: 'Leave user name and password out of the address.' }
  }
  if (/[?#]/.test(trimmed)) return { problem: 'Leave everything from ? or # on out of the address.' }
  const path = trimmed.replace(/^https?:\/\/[^/\\]*/i, '')
  const isPlain = /^(\/[A-Za-z0-9._~-]+)*\/?$/.test(path) && !/(^|\/)\.{1,2}(\/|$)/.test(path)
  if (!isPlain || /[\\\s]/.test(trimmed)) {
    return { problem: 'Write the path with letters, digits, dots and dashes alone, without empty or dotted parts.' }
  }
  url.hostname = url.hostname.replace(/\.$/, '')
  if (isMetadataHost(url.hostname)) {
    return { problem: 'This address belongs to the cloud that the server runs in, and can never be used.' }
  }
  return { address: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }
}

/**
 * Whether an address lies at or below another one: same origin, and a path that begins with whole parts of the other's.
 * Both as `parseEndpoint` gives them.
 */
export const isWithinEndpoint = ({ address, allowed }: { address: string; allowed: string }): boolean => {
  const [one, other] = [new URL(address), new URL(allowed)]
  const prefix = other.pathname.replace(/\/$/, '')
  return one.origin === other.origin && (one.pathname === prefix || one.pathname.startsWith(`${prefix}/`))
}

/**
 * Names of the services that a cloud has for its own machines, which hand out the machine's credentials.
 * Sources: documentation of AWS (instance-data), Google Cloud, Azure, Alibaba, Tencent
 */
const METADATA_NAMES =
  /(^|\.)(metadata|instance-data|metadata\.google\.internal|metadata\.goog|instance-data\.ec2\.internal|metadata\.azure\.internal|metadata\.tencentyun\.com)$/

/** Addresses of those services outside of the link-local range. */
const METADATA_RANGES = [
  // AWS: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
  'fd00:ec2::/32',
  // Google Cloud: https://docs.cloud.google.com/compute/docs/metadata/querying-metadata
  'fd20:ce::254/128',
  // Azure: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  '168.63.129.16/32',
  // Alibaba: https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
  '100.100.100.200/32',
  // Oracle: https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
  '192.0.0.192/32',
  'fd00:c1::a9fe:a9fe/128',
].map((range) => ipaddr.parseCIDR(range))

/** Where nothing that anybody serves can be: link-local, which is the metadata services' own, and what is no single machine. */
const NEVER = new Set(['linkLocal', 'multicast', 'broadcast', 'unspecified'])

/**
 * Where an IPv6 address carries the IPv4 address to which a translator takes it, in bytes.
 * Sources: RFC 6052 (64:ff9b::/96), RFC 6145 (::ffff:0:0:0/96), RFC 3056 (2002::/16)
 */
const CARRIED_IPV4: Readonly<Record<string, readonly [number, number]>> = {
  rfc6052: [12, 16],
  rfc6145: [12, 16],
  '6to4': [2, 6],
}

/** Whether an address is one that no allow-list can open. Anything that is no address is one as well. */
export function isMetadataAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return true
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (NEVER.has(range)) return true
  const carried = CARRIED_IPV4[range]
  if (carried) return isMetadataAddress(ipaddr.fromByteArray(parsed.toByteArray().slice(...carried)).toString())
  return METADATA_RANGES.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits))
}

const isMetadataHost = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) ? isMetadataAddress(host) : METADATA_NAMES.test(host)
}
