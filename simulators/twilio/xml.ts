import { ProblemError } from './problems.ts'

export type XmlElement = {
  name: string
  attributes: Readonly<Record<string, string>>
  children: XmlElement[]
  /** Its own text, that of its children left out. */
  text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const TOKEN =
  /<!--[\s\S]*?-->|<\/([A-Za-z][\w.-]*)\s*>|<([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

const fail = (what: string): never => {
  throw new ProblemError(12100, `Document parse failure: ${what}`)
}

const decode = (text: string): string =>
  text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);|&/g, (whole, entity?: string) => {
    if (entity === undefined) return fail('a bare &')
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16))
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)))
    return ENTITIES[entity] ?? fail(`the entity ${whole}`)
  })

const readAttributes = (source: string): Record<string, string> => {
  const attributes: Record<string, string> = {}
  for (const [, name = '', double, single] of source.matchAll(ATTRIBUTE)) {
    if (name in attributes) fail(`the attribute ${name} twice`)
    attributes[name] = decode(double ?? single ?? '')
  }
  return attributes
}

/**
 * Reads a small XML document: elements, attributes, text, comments. No DTD, no CDATA, no namespaces.
 * @throws ProblemError 12100 when it is not well-formed (https://www.twilio.com/docs/api/errors/12100)
 */
export function parseXml(document: string): XmlElement {
  const source = document.replace(/^\uFEFF?<\?xml[^>]*\?>/, '').trim()
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex
    const token = TOKEN.exec(source)
    if (!token) return fail(`at character ${at}`)
    const [, closing, opening, attributes = '', isEmpty, text] = token
    const parent = open.at(-1) ?? root
    if (text !== undefined) parent.text += decode(text)
    if (closing !== undefined && open.pop()?.name !== closing) fail(`</${closing}> closes nothing`)
    if (opening === undefined) continue
    const element = { name: opening, attributes: readAttributes(attributes), children: [], text: '' }
    parent.children.push(element)
    if (isEmpty !== '/') open.push(element)
  }
  const [first, ...others] = root.children
  if (open.length !== 1 || !first || others.length > 0 || root.text.trim() !== '') return fail('it is not one element')
  return first
}
