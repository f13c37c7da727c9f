import type { CheckKeyContext, KeyVerdict } from '../../src/provider-kit/index.ts'
import type { CopilotKitCredentials } from './credentials.ts'

const KEYS_URL = 'https://cloud.copilotkit.ai'

/** Source: CopilotKit/CopilotKit e9387e0, `packages/angular/src/lib/config.ts` */
const PUBLIC_KEY = /^ck_pub_[0-9a-f]{32}$/i

const rejected = (message: string): KeyVerdict => ({
  status: 'rejected',
  capabilities: { copilot: false },
  message,
  fixUrl: KEYS_URL,
  metadata: {},
})

/**
 * Looks at the form of the key and asks nobody: CopilotKit documents no call that tells a good key from a bad one. A key
 * of the right form is `unverified`, never `valid`, which would say that CopilotKit had accepted it.
 */
export async function checkKey({ credentials }: CheckKeyContext<CopilotKitCredentials>): Promise<KeyVerdict> {
  const { apiKey } = credentials
  if (PUBLIC_KEY.test(apiKey)) {
    return {
      status: 'unverified',
      capabilities: { copilot: true },
      message:
        'Format checked: this looks like a CopilotKit key and can be used. CopilotKit offers no way to test it, so whether it works shows when a copilot opens.',
      metadata: { check: 'format only' },
    }
  }
  // A licence is a signed token, three parts with dots; it is for servers and must not reach a browser.
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(apiKey)) {
    return rejected(
      'This looks like a CopilotKit licence token, which is for servers. Enter the public API key, which starts with ck_pub_.',
    )
  }
  return rejected(
    'This is not the form of a CopilotKit key: ck_pub_ and 32 digits and letters from a to f. Check that it was copied whole.',
  )
}
