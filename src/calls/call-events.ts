/** Names of the structured log events of a call's life. Each line carries `callId` and `tenantId`, never words spoken. */
export const CALL_EVENTS = [
  'call.initiated',
  'webhook.received',
  'agent.loaded',
  'key.used',
  'media.connected',
  'media.started',
  'stt.started',
  'tts.started',
  'llm.started',
  'utterance.interim',
  'utterance.final',
  'llm.first-token',
  'tts.first-audio',
  'audio.first-sent',
  'barge-in',
  'tool.called',
  'call.ended',
] as const

export type CallEventName = (typeof CALL_EVENTS)[number]
