import type { ProviderManifest } from '../src/provider-kit/index.ts'
import anthropic from './anthropic/index.ts'
import assemblyai from './assemblyai/index.ts'
import cartesia from './cartesia/index.ts'
import copilotkit from './copilotkit/index.ts'
import deepgram from './deepgram/index.ts'
import elevenlabs from './elevenlabs/index.ts'
import exa from './exa/index.ts'
import google from './google/index.ts'
import hume from './hume/index.ts'
import openai from './openai/index.ts'
import openaicompatible from './openaicompatible/index.ts'
import serpapi from './serpapi/index.ts'
import soniox from './soniox/index.ts'
import telnyx from './telnyx/index.ts'
import twilio from './twilio/index.ts'
import xai from './xai/index.ts'

/** Every provider that Patchbay offers, in the order in which people see them: the one place that names them all. */
export const providers: readonly ProviderManifest[] = [
  deepgram,
  soniox,
  assemblyai,
  openai,
  xai,
  anthropic,
  google,
  openaicompatible,
  elevenlabs,
  cartesia,
  hume,
  telnyx,
  twilio,
  serpapi,
  exa,
  copilotkit,
]
