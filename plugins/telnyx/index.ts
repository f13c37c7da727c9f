import { defineProvider, SPEC_VERSION } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { createTelnyxClient } from './client.ts'
import { telnyxCredentials } from './credentials.ts'
import { createMediaCodec } from './media-codec.ts'
import { parseWebhook, verifyWebhook } from './webhook.ts'

/** Telnyx: telephone calls by Call Control v2, their audio by a bidirectional media stream. */
export default defineProvider({
  specVersion: SPEC_VERSION,
  id: 'telnyx',
  name: 'Telnyx',
  description: 'Telephone numbers and calls: the carrier that brings callers to your agents.',
  kinds: ['telephony'],
  docsUrl: 'https://developers.telnyx.com/docs/voice/programmable-voice',
  keyUrl: 'https://portal.telnyx.com/#/api-keys',
  origins: { api: 'https://api.telnyx.com' },
  credentials: telnyxCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  // With the credit that Telnyx grants on top of what was paid in: calls go on until that is gone too.
  balance: { field: 'availableCredit', unitField: 'currency' },
  telephony: {
    encodings: ['mulaw', 'alaw'],
    verifyWebhook,
    parseWebhook,
    createClient: createTelnyxClient,
    createMediaCodec,
  },
})
