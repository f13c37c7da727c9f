export * from './create-elevenlabs-simulator.ts'
export type { ElevenLabsPermission, ElevenLabsSimulatedKey } from './account.ts'
export type { ElevenLabsConnection, ElevenLabsFault } from './socket-session.ts'
export type { ElevenLabsLatencies } from './speech-context.ts'
