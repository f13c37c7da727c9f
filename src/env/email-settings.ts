import { isLoopbackHost } from './addresses.ts'
import { EnvironmentError } from './environment-error.ts'

/** How mail is sent, and in whose name. */
export type EmailSettings = {
  smtp: {
    host: string
    port: number
    /** Whether the connection begins with TLS; else it is upgraded where the server offers that. */
    isSecure: boolean
    /** Whether a connection that cannot be upgraded is given up, so that no password is sent in the clear. */
    needsTls: boolean
    user?: string
    password?: string
  }
  from: { name: string; address: string }
}

const SENDER = /^(?:([^<>"\r\n,;:\\]{1,100}?)\s*<([^\s<>@,;"]+@[^\s<>@,;"]+)>|([^\s<>@,;"]+@[^\s<>@,;"]+))$/
const DEFAULT_NAME = 'Patchbay'

/** Whether a text is the address of a mail server: `smtp[s]://[user:password@]host[:port]`. */
export const isSmtpUrl = (text: string): boolean => readSmtpUrl(text) !== undefined

/** Whether a text is a sender: an address, or a name with an address in angle brackets. */
export const isSender = (text: string): boolean => SENDER.test(text)

/**
 * Joins the two variables of mail, each of its form already.
 * @returns undefined where neither is set: no mail is sent
 * @throws EnvironmentError where one is set without the other
 */
export function readEmailSettings({ smtpUrl, from }: { smtpUrl?: string; from?: string }): EmailSettings | undefined {
  if (!smtpUrl && !from) return undefined
  if (!smtpUrl || !from) {
    const [variable, other] = smtpUrl ? ['EMAIL_FROM', 'SMTP_URL'] : ['SMTP_URL', 'EMAIL_FROM']
    throw new EnvironmentError({
      variable,
      message: `${variable} is missing: set it together with ${other}, or neither.`,
    })
  }
  const smtp = readSmtpUrl(smtpUrl)
  const [, name, named, bare] = SENDER.exec(from) ?? []
  const address = named ?? bare
  if (!smtp || !address) return undefined
  return { smtp, from: { name: name ?? DEFAULT_NAME, address } }
}

function readSmtpUrl(text: string): EmailSettings['smtp'] | undefined {
  if (!/^smtps?:\/\/[^/?#]+\/?$/.test(text) || !URL.canParse(text)) return undefined
  const { protocol, hostname, port, username, password } = new URL(text)
  const user = decode(username)
  const secret = decode(password)
  if (!hostname || user === undefined || secret === undefined || (secret && !user)) return undefined
  const isSecure = protocol === 'smtps:'
  const host = hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: port ? Number(port) : isSecure ? 465 : 587,
    isSecure,
    needsTls: user !== '' && !isLoopbackHost(host),
    ...(user === '' ? {} : { user, password: secret }),
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
