import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { providers } from '../../plugins/index.ts'
import { createLocalManifest } from '../testing/local-provider.ts'
import { variablesOf } from './variables-of.ts'

describe('the variables of a provider', () => {
  it('should be named for it and its fields', () => {
    const of = (id: string) => {
      const manifest = providers.find((one) => one.id === id)
      return manifest && variablesOf(manifest)
    }
    expect(of('deepgram')).toMatchObject({ apiKey: ['DEEPGRAM_API_KEY'] })
    expect(of('telnyx')).toMatchObject({
      apiKey: ['TELNYX_API_KEY'],
      publicKey: ['TELNYX_PUBLIC_KEY'],
      connectionId: ['TELNYX_CONNECTION_ID'],
    })
  })

  it('should know the primary one by API_KEY too, whatever its field is called', () => {
    const manifest = {
      ...createLocalManifest({ id: 'my-voice', capabilities: ['tts'] }),
      credentials: z.object({ accountSid: z.string(), authToken: z.string() }),
      primaryCredential: 'authToken',
    }
    expect(variablesOf(manifest)).toEqual({
      accountSid: ['MY_VOICE_ACCOUNT_SID'],
      authToken: ['MY_VOICE_AUTH_TOKEN', 'MY_VOICE_API_KEY'],
    })
  })
})
