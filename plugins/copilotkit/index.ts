import { defineProvider } from '../../src/provider-kit/index.ts'
import { checkKey } from './check-key.ts'
import { copilotKitCredentials } from './credentials.ts'

/** CopilotKit: the cloud behind copilots in web pages. */
export default defineProvider({
  specVersion: 1,
  id: 'copilotkit',
  name: 'CopilotKit',
  description: 'Copilots inside web pages, through CopilotKit Cloud.',
  kinds: ['copilot'],
  capabilities: ['copilot'],
  docsUrl: 'https://docs.copilotkit.ai',
  keyUrl: 'https://cloud.copilotkit.ai',
  origins: { api: 'https://api.cloud.copilotkit.ai' },
  credentials: copilotKitCredentials,
  primaryCredential: 'apiKey',
  checkKey,
  checksFormOnly: true,
})
