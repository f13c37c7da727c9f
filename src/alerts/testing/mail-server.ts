import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { EmailSettings } from '../../env/index.ts'

export type ReceivedMail = { to: string[] /** As it came: headers, then the parts. */; raw: string }

export type MailServer = {
  settings: EmailSettings
  mails: ReceivedMail[]
  /** Set to refuse what comes with that status. */
  refuseWith: number | undefined
  close(): Promise<void>
}

/** A real mail server on this machine that keeps what it is sent. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (mailServer.refuseWith !== undefined) {
          return callback(Object.assign(new Error('not now'), { responseCode: mailServer.refuseWith }))
        }
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() })
        return callback()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const mailServer: MailServer = {
    settings: {
      smtp: { host: '127.0.0.1', port, isSecure: false, needsTls: false },
      from: { name: 'Patchbay', address: 'alerts@patchbay.test' },
    },
    mails,
    refuseWith: undefined,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
  return mailServer
}

/** The value of a header, unfolded and decoded. */
export function headerOf({ raw }: ReceivedMail, name: string): string {
  const head = (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ')
  const value = new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? ''
  return value
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_, form: string, text: string) =>
      form.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decodeQuotedPrintable(text.replaceAll('_', ' ')),
    )
}

/** Everything after the headers, decoded. */
export const bodyOf = ({ raw }: ReceivedMail): string =>
  decodeQuotedPrintable(raw.slice(raw.indexOf('\r\n\r\n')).replace(/=\r\n/g, ''))

const decodeQuotedPrintable = (text: string): string =>
  decodeURIComponent(text.replaceAll('%', '%25').replace(/=([0-9A-F]{2})/g, '%$1'))
