import { ProblemError } from './problems.ts'
import { parseXml } from './xml.ts'
import type { XmlElement } from './xml.ts'

export type StreamVerb = {
  url: string
  parameters: Readonly<Record<string, string>>
  name: string | undefined
  statusCallback: string | undefined
}

export type NumberNoun = {
  to: string
  statusCallback: string | undefined
  statusCallbackEvents: readonly string[]
}

export type Verb =
  | { verb: 'connect'; stream: StreamVerb; action: string | undefined }
  | { verb: 'dial'; number: NumberNoun; callerId: string | undefined; timeoutMs: number; action: string | undefined }
  | { verb: 'reject'; reason: 'rejected' | 'busy' }
  | { verb: 'redirect'; url: string }
  | { verb: 'pause'; ms: number }
  | { verb: 'say' }
  | { verb: 'hangup' }

type Shape = { attributes: readonly string[]; children?: readonly string[]; text?: 'required' | 'optional' }

/** Of Twilio's vocabulary, what this simulator speaks. Source: `lib/twiml/VoiceResponse.d.ts` of `twilio` 6.2.0 */
const SHAPES: Readonly<Record<string, Shape>> = {
  Response: { attributes: [], children: ['Connect', 'Dial', 'Reject', 'Redirect', 'Pause', 'Say', 'Hangup'] },
  Connect: { attributes: ['action', 'method'], children: ['Stream'] },
  Stream: {
    attributes: ['connectorName', 'name', 'statusCallback', 'statusCallbackMethod', 'track', 'url'],
    children: ['Parameter'],
  },
  Parameter: { attributes: ['name', 'value'] },
  Dial: {
    attributes: ['action', 'answerOnBridge', 'callerId', 'hangupOnStar', 'method', 'timeLimit', 'timeout'],
    children: ['Number'],
    text: 'optional',
  },
  Number: {
    attributes: ['sendDigits', 'statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'],
    text: 'required',
  },
  Reject: { attributes: ['reason'] },
  Redirect: { attributes: ['method'], text: 'required' },
  Pause: { attributes: ['length'] },
  Say: { attributes: ['language', 'loop', 'voice'], text: 'required' },
  Hangup: { attributes: [] },
}

const refuse = (what: string): never => {
  throw new ProblemError(12200, `Schema validation: ${what}`)
}

const checkShape = ({ name, attributes, children, text }: XmlElement): void => {
  const shape = SHAPES[name] ?? refuse(`there is no <${name}>`)
  for (const attribute of Object.keys(attributes)) {
    if (!shape.attributes.includes(attribute)) refuse(`<${name}> has no attribute ${attribute}`)
  }
  for (const child of children) {
    if (!shape.children?.includes(child.name)) refuse(`<${child.name}> may not stand in <${name}>`)
    checkShape(child)
  }
  if (shape.text === undefined && text.trim() !== '') refuse(`<${name}> takes no text`)
  if (shape.text === 'required' && text.trim() === '') refuse(`<${name}> is empty`)
}

const oneOf = <const Word extends string>(value: string, words: readonly Word[], what: string): Word =>
  words.find((word) => word === value) ?? refuse(`${what} is none of ${words.join(', ')}`)

const checkMethod = (method = 'POST') => oneOf(method, ['POST'], 'the method that this simulator speaks')

const httpUrl = (url: string | undefined, base: string): string | undefined => {
  if (url === undefined) return undefined
  if (!URL.canParse(url, base)) throw new ProblemError(11100, 'Invalid URL format')
  return new URL(url, base).toString()
}

/**
 * The URL takes no query string. Twilio takes `wss:` only; `ws:` is let through to this machine, which has no certificate.
 * Sources: https://www.twilio.com/docs/voice/twiml/stream#url, https://www.twilio.com/docs/api/errors/31920 and 31910
 */
const readStreamUrl = (url = ''): string => {
  if (!URL.canParse(url)) throw new ProblemError(11100, 'Invalid URL format: the url of <Stream>')
  const { protocol, hostname } = new URL(url)
  const isLocal = protocol === 'ws:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  if (protocol !== 'wss:' && !isLocal) throw new ProblemError(31910, 'Stream: wss is the only supported protocol')
  if (/[?#]/.test(url)) throw new ProblemError(31920, 'Stream: the url does not support query string parameters')
  return url
}

const readStream = ({ attributes, children }: XmlElement, base: string): StreamVerb => {
  const { url, name, track = 'inbound_track', statusCallback, statusCallbackMethod } = attributes
  if (track !== 'inbound_track') throw new ProblemError(31941, 'Stream: <Connect> takes the inbound track only')
  checkMethod(statusCallbackMethod)
  const parameters = Object.fromEntries(
    children.map((parameter) => [
      parameter.attributes.name ?? refuse('<Parameter> has no name'),
      parameter.attributes.value ?? '',
    ]),
  )
  return { url: readStreamUrl(url), parameters, name, statusCallback: httpUrl(statusCallback, base) }
}

const readConnect = ({ attributes, children }: XmlElement, base: string): Verb => {
  const [stream, ...others] = children
  if (!stream || others.length > 0) return refuse('<Connect> holds one noun')
  checkMethod(attributes.method)
  return { verb: 'connect', stream: readStream(stream, base), action: httpUrl(attributes.action, base) }
}

const readDial = ({ attributes, children, text }: XmlElement, base: string): Verb => {
  const noun = children[0] ?? { name: 'Number', attributes: {}, children: [], text }
  if (children.length > 1) return refuse('this simulator dials one <Number>')
  const to = noun.text.trim()
  if (!/^\+\d{5,15}$/.test(to)) throw new ProblemError(13224, 'Dial: invalid phone number')
  const { statusCallback, statusCallbackEvent = 'completed', statusCallbackMethod } = noun.attributes
  const { callerId, timeout = '30', action, method } = attributes
  checkMethod(statusCallbackMethod)
  checkMethod(method)
  if (callerId !== undefined && !/^\+\d{5,15}$/.test(callerId)) throw new ProblemError(13214, 'Dial: invalid callerId')
  if (!/^\d{1,3}$/.test(timeout)) throw new ProblemError(13212, 'Dial: invalid timeout value')
  const statusCallbackEvents = statusCallbackEvent
    .split(' ')
    .map((event) => oneOf(event, ['initiated', 'ringing', 'answered', 'completed'], 'statusCallbackEvent'))
  const number = { to, statusCallback: httpUrl(statusCallback, base), statusCallbackEvents }
  return { verb: 'dial', number, callerId, timeoutMs: Number(timeout) * 1000, action: httpUrl(action, base) }
}

const readVerb = (element: XmlElement, base: string): Verb => {
  const { attributes, text } = element
  switch (element.name) {
    case 'Connect':
      return readConnect(element, base)
    case 'Dial':
      return readDial(element, base)
    case 'Reject':
      return { verb: 'reject', reason: oneOf(attributes.reason ?? 'rejected', ['rejected', 'busy'], 'reason') }
    case 'Redirect':
      checkMethod(attributes.method)
      return { verb: 'redirect', url: httpUrl(text.trim(), base) ?? '' }
    case 'Pause':
      if (!/^\d{1,3}$/.test(attributes.length ?? '1')) return refuse('length is no count of seconds')
      return { verb: 'pause', ms: Number(attributes.length ?? 1) * 1000 }
    case 'Say':
      return { verb: 'say' }
    default:
      return { verb: 'hangup' }
  }
}

/**
 * Reads TwiML more strictly than Twilio, which only warns of some of what it does not know.
 * @param base what relative URLs are relative to: where the document came from
 * @throws ProblemError by Twilio's codes: 12100 not XML, 12200 not TwiML, 31920 a query string in a stream's URL, …
 */
export function parseTwiml(document: string, base: string): Verb[] {
  const root = parseXml(document)
  if (root.name !== 'Response') return refuse(`the document begins with <${root.name}>`)
  checkShape(root)
  return root.children.map((element) => readVerb(element, base))
}
