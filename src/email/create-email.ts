import { nodemailerAdapter } from '@payloadcms/email-nodemailer'
import type { EmailAdapter } from 'payload'
import type { EmailSettings } from '../env/index.ts'

const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 20_000

/**
 * What Payload sends its mail through, password resets as well as alerts: the operator's mail server, or nothing.
 * @param settings from `SMTP_URL` and `EMAIL_FROM`
 */
export const createEmail = (settings: EmailSettings | undefined): EmailAdapter | Promise<EmailAdapter> =>
  settings ? createSmtpEmail(settings) : noEmail

const createSmtpEmail = ({ smtp, from }: EmailSettings): Promise<EmailAdapter> =>
  nodemailerAdapter({
    defaultFromAddress: from.address,
    defaultFromName: from.name,
    // A mail server that is away for a moment must not hold up the start.
    skipVerify: true,
    transportOptions: {
      host: smtp.host,
      port: smtp.port,
      secure: smtp.isSecure,
      requireTLS: smtp.needsTls,
      ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
    },
  })

const NO_EMAIL = 'No e-mail is sent, neither alerts nor password resets: SMTP_URL is not set'

/** Says so once at the start, and each time that somebody waits for a mail. Nothing of the mail is logged. */
const noEmail: EmailAdapter = ({ payload }) => {
  payload.logger.info(NO_EMAIL)
  return {
    name: 'none',
    defaultFromAddress: 'nobody@localhost',
    defaultFromName: 'Patchbay',
    async sendEmail() {
      payload.logger.warn(NO_EMAIL)
    },
  }
}
