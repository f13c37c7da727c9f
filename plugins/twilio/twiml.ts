const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Text as it may stand in an element or in a quoted attribute of XML; control characters are left out. */
export const escapeXml = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

type Attributes = Readonly<Record<string, string | undefined>>

/**
 * One element of TwiML. Attributes that are undefined are left out, the others escaped.
 * @param content XML that is well-formed already
 */
export function element(name: string, attributes: Attributes = {}, content = ''): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : ` ${key}="${escapeXml(value)}"`))
    .join('')
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

/** A TwiML document that runs the given verbs. Source: https://www.twilio.com/docs/voice/twiml */
export const twiml = (verbs: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${element('Response', {}, verbs)}`
