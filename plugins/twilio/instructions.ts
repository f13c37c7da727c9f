import { element, twiml } from './twiml.ts'
import type { WebhookInstructions, WebhookReply } from '../../src/provider-kit/index.ts'

const reply = (verbs: string): WebhookReply => ({
  status: 200,
  contentType: 'text/xml; charset=utf-8',
  body: twiml(verbs),
})

/** @throws TypeError for an address that Twilio would not dial */
const checkStreamUrl = (streamUrl: string): string => {
  if (!URL.canParse(streamUrl) || !/^wss?:$/.test(new URL(streamUrl).protocol)) {
    throw new TypeError('A media stream needs a WebSocket URL.')
  }
  if (/[?#]/.test(streamUrl)) {
    throw new TypeError('Twilio takes no query string in the URL of a stream; put the token into the path.')
  }
  return streamUrl
}

/**
 * What the `voice` webhook is answered with.
 * - `<Connect><Stream>` is bidirectional and holds the call for as long as the socket is open; as nothing follows it, the
 *   call ends when the socket closes. The URL takes no query string.
 * - `<Reject>` as the first verb is the only answer that does not pick the call up; the call ends as `busy`, or as
 *   `no-answer` for the reason `rejected`.
 * - An empty response acknowledges a callback; as the answer to `voice` it would end the call.
 * Sources: https://www.twilio.com/docs/voice/twiml/stream, https://www.twilio.com/docs/api/errors/31920 (query string),
 * https://www.twilio.com/docs/voice/twiml/reject
 */
export const instructions: WebhookInstructions = {
  awaitsInstructions: ({ path }) => path === 'voice',
  startStream: ({ streamUrl }) => reply(element('Connect', {}, element('Stream', { url: checkStreamUrl(streamUrl) }))),
  reject: ({ cause }) => reply(element('Reject', { reason: cause })),
  hangUp: () => reply(element('Hangup')),
  acknowledge: () => reply(''),
}
