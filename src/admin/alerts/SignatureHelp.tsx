const EXAMPLE = `import { createHmac, timingSafeEqual } from 'node:crypto'

// secret: whsec_…   body: the raw text of the request
const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
const signed = \`\${headers['webhook-id']}.\${headers['webhook-timestamp']}.\${body}\`
const expected = createHmac('sha256', key).update(signed).digest()

const isOurs = headers['webhook-signature'].split(' ').some((entry) => {
  const given = Buffer.from(entry.slice('v1,'.length), 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
})
const isFresh = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300`

/** How a receiver knows that a webhook comes from here. */
export const SignatureHelp = () => (
  <details className="settings-section signature-help">
    <summary>How to verify that a webhook comes from here</summary>
    <p>
      Webhooks follow{' '}
      <a href="https://www.standardwebhooks.com" rel="noreferrer" target="_blank">
        Standard Webhooks <span aria-hidden="true">↗</span>
      </a>
      : there are libraries for most languages. By hand, compare the signature over the id, the time and the raw body,
      and take nothing older than five minutes. The id stays the same when a webhook is sent again.
    </p>
    <pre>
      <code>{EXAMPLE}</code>
    </pre>
  </details>
)
