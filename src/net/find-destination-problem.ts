import { isIP } from 'node:net'
import { isOpenedAddress, isOpenedHost } from './private-destination.ts'
import type { PrivateDestination } from './private-destination.ts'
import { isPublicAddress } from './is-public-address.ts'

export type DestinationRules = {
  /** Whether plain http is accepted: in development alone. */
  allowsHttp?: boolean
  /** What the operator opened inside the own network. */
  opened?: readonly PrivateDestination[]
}

const MAX_LENGTH = 2_000

/** Names that no public DNS gives an address to; what answers them is inside. */
const INSIDE =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa|onion|invalid)$/
/** Names by which public DNS gives somebody's own machine. */
const LOOPBACK_NAMES = /(?:^|\.)(?:localtest\.me|lvh\.me|nip\.io|sslip\.io|xip\.io)$/

const INSIDE_MESSAGE = 'This address is inside a private network. Give one that is open to the internet.'

/**
 * What is wrong with an address to which a tenant wants something sent, before anything is looked up: for forms, when
 * they are saved. What a name leads to is checked again for each connection, by `createGuardedFetch`.
 * @returns a sentence for a person; undefined where nothing is wrong
 */
export function findDestinationProblem(
  text: string,
  { allowsHttp = false, opened = [] }: DestinationRules = {},
): string | undefined {
  const url = text.length <= MAX_LENGTH && URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'Give a full address that begins with https://.'
  if (url.username || url.password) return 'Leave user name and password out of the address.'
  if (url.hash) return 'Leave the part after # out of the address.'
  // The parser has brought decimal, octal and hexadecimal forms, full-width characters and international names to one.
  const { protocol, hostname } = url
  const port = portOf(url)
  if (isOpenedHost({ hostname, port }, opened)) return undefined
  if (protocol === 'http:' && !allowsHttp) return 'The address must begin with https://.'
  if (url.port && port <= 1024) return 'Use the standard port, or one above 1024.'
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isIP(address)) return isReachable(address, opened) ? undefined : INSIDE_MESSAGE
  const name = hostname.replace(/\.$/, '')
  const isWhole = name.includes('.') && name.split('.').every((label) => label !== '')
  return isWhole && !INSIDE.test(name) && !LOOPBACK_NAMES.test(name) ? undefined : INSIDE_MESSAGE
}

/** The port that a URL leads to, written out or not. */
export const portOf = ({ port, protocol }: URL): number => (port ? Number(port) : protocol === 'https:' ? 443 : 80)

/** Whether an address is the internet's, or one that the operator opened. */
export const isReachable = (address: string, opened: readonly PrivateDestination[]): boolean =>
  isPublicAddress(address) || (isIP(address) !== 0 && isOpenedAddress(address, opened))
