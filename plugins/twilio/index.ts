import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { createTwilioClient } from './client.ts'
import { twilioCredentials } from './credentials.ts'
import { instructions } from './instructions.ts'
import { createMediaCodec } from './media-codec.ts'
import { verifyWebhook } from './signature.ts'
import { parseWebhook, WEBHOOK_PATHS } from './webhook.ts'

/** Twilio: telephone calls by Programmable Voice and TwiML, their audio by a bidirectional media stream. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'twilio',
  name: 'Twilio',
  description: 'Telephone numbers and calls: the carrier that brings callers to your agents.',
  kinds: ['telephony'],
  docsUrl: 'https://www.twilio.com/docs/voice',
  keyUrl: 'https://console.twilio.com',
  origins: { api: 'https://api.twilio.com' },
  credentials: twilioCredentials,
  primaryCredential: 'authToken',
  checkKey,
  balance: { field: 'balance', unitField: 'currency' },
  telephony: {
    encodings: ['mulaw'],
    webhookPaths: WEBHOOK_PATHS,
    instructions,
    verifyWebhook,
    parseWebhook,
    createClient: createTwilioClient,
    createMediaCodec,
  },
})
