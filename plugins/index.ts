import type { ProviderManifest } from '../src/provider-kit/index.ts'
import deepgram from './deepgram/index.ts'
import elevenlabs from './elevenlabs/index.ts'
import openai from './openai/index.ts'
import telnyx from './telnyx/index.ts'

/** Every provider that Patchbay offers: the one place that names them all. */
export const providers: readonly ProviderManifest[] = [deepgram, openai, elevenlabs, telnyx]
