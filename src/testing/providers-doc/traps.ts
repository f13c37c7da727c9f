/** A fact about providers that a careless client gets wrong, and what holds us to it. */
export type Trap = {
  trap: string
  /** Test files with a text of the test that holds it. */
  tests: readonly { file: string; says: string }[]
}

/** What others stumbled over, each with its tests. */
export const TRAPS: readonly Trap[] = [
  {
    trap: 'Hume ended its speech service on 13 November 2026: offered only where an operator names it, and it says why.',
    tests: [{ file: 'plugins/hume/check-key.test.ts', says: 'ended its speech service' }],
  },
  {
    trap: 'Gemini keys are `AQ.…` now, `AIza…` is being switched off; a bad key is HTTP 400, and the key goes into `x-goog-api-key`.',
    tests: [
      { file: 'plugins/google/check-key.test.ts', says: 'should send the key as a header' },
      { file: 'plugins/google/fixtures/check-key.json', says: 'wrong key, by 400' },
      { file: 'plugins/google/llm.test.ts', says: 'never in the address and not twice' },
    ],
  },
  {
    trap: 'xAI answers HTTP 400 for a bad key, and 200 for one that is blocked or disabled.',
    tests: [
      { file: 'plugins/xai/check-key.test.ts', says: 'should not be taken in by the 200 of' },
      { file: 'plugins/xai/fixtures/check-key.json', says: 'wrong key by 400, echoed' },
    ],
  },
  {
    trap: 'A 401 of ElevenLabs is not always a bad key: `missing_permissions` and `quota_exceeded` come with it too.',
    tests: [
      { file: 'plugins/elevenlabs/fixtures/check-key.json', says: 'quota, which comes as 401' },
      { file: 'plugins/elevenlabs/conformance.test.ts', says: 'missing_permissions' },
    ],
  },
  {
    trap: 'Soniox takes the key in the header of the upgrade; `api_key` in the first message ends on 15 January 2027.',
    tests: [
      { file: 'plugins/soniox/check-key.test.ts', says: 'JSON.stringify(session.start).includes(KEY)' },
      { file: 'simulators/soniox/refusals.test.ts', says: 'takesKeyInMessage' },
    ],
  },
  {
    trap: 'SDKs of AssemblyAI and Cartesia insist on `wss:`, those of Twilio and SerpAPI on their own addresses: plugins use none of them.',
    tests: [
      { file: 'src/testing/providers-doc/providers-doc.test.ts', says: 'no plugin stands on the SDK of its provider' },
    ],
  },
  {
    trap: 'The version of Node decides which major of an SDK npm installs: every dependency is pinned.',
    tests: [{ file: 'src/architecture.test.ts', says: 'pins every dependency to one version' }],
  },
  {
    trap: 'AssemblyAI refuses audio frames shorter than 50 ms: the 20 ms frames of a call are joined.',
    tests: [
      { file: 'src/provider-kit/audio-outbox.test.ts', says: 'joins 20 ms frames to 60 ms' },
      { file: 'simulators/assemblyai/session.test.ts', says: '3007' },
    ],
  },
  {
    trap: 'Telephone audio is mu-law at 8 kHz from end to end; only voices that do not speak it are resampled.',
    tests: [
      { file: 'src/testing/conformance/check-stt.ts', says: 'for (const encoding of capability.encodings)' },
      { file: 'src/testing/conformance/check-tts.ts', says: 'for (const wanted of capability.encodings)' },
      { file: 'src/provider-kit/resample.test.ts', says: 'should delay nothing: a tone keeps its phase' },
    ],
  },
  {
    trap: 'Telnyx and Twilio give pending marks back on `clear`: a mark that came back is no proof that audio was heard.',
    tests: [
      { file: 'src/calls/playback-clock.test.ts', says: 'takes marks that `clear` gave back for no proof' },
      { file: 'src/calls/barge-in.test.ts', says: 'does not take marks that `clear` gave back for heard words' },
    ],
  },
]
