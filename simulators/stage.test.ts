import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { providers } from '../plugins/index.ts'
import { openStage, STAGE_KEYS, TWILIO_ACCOUNT_SID } from './stage.ts'
import type { Stage } from './stage.ts'

describe('the stage of simulated providers', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(() => stage?.close())

  const asked = providers.filter(({ checksFormOnly }) => checksFormOnly !== true)

  it.each(asked.map((plugin) => [plugin.id, plugin] as const))(
    'should take the key that it tells for %s',
    async (id, plugin) => {
      const { publicKey, connectionId } = stage.account
      const more: Record<string, Record<string, string>> = {
        twilio: { accountSid: TWILIO_ACCOUNT_SID },
        telnyx: { publicKey, connectionId },
        openaicompatible: { baseUrl: stage.ownServer },
      }
      const key = (STAGE_KEYS as Record<string, string>)[id] ?? ''
      const credentials = plugin.credentials.parse({ [plugin.primaryCredential]: key, ...more[id] })
      const origin = plugin.addressCredential ? stage.ownServer : (stage.baseUrls[`${id.toUpperCase()}_BASE_URL`] ?? '')
      const origins = Object.fromEntries(Object.keys(plugin.origins).map((name) => [name, origin]))
      const { status } = await plugin.checkKey({ credentials, origins, signal: AbortSignal.timeout(5000) })
      expect(status).toBe('valid')
    },
  )
})
