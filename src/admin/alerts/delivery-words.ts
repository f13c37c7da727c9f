import type { Delivery, TestResult } from './types.ts'

/** What came of a test, a sentence for each channel. */
export function deliveryWords({ email, webhook }: TestResult): string[] {
  const sentences = [
    ...(email ? [`E-mail: ${email.ok ? 'sent to you.' : explain(email)}`] : []),
    ...(webhook ? [`Webhook: ${webhook.ok ? `taken, it answered ${webhook.status}.` : explain(webhook)}`] : []),
  ]
  return sentences.length > 0 ? sentences : ['Nothing was sent: e-mail and webhook are both off.']
}

const REASONS: Readonly<Record<string, string>> = {
  'not-set-up': 'not set up yet.',
  unreachable: 'not reached. Check the address, and that it can be reached from the internet.',
  'nobody-to-tell': 'there is nobody to send it to.',
}

const explain = ({ status }: Delivery): string =>
  REASONS[String(status)] ?? (typeof status === 'number' ? `refused, it answered ${status}.` : `not sent: ${status}.`)
