export * from './create-openai-simulator.ts'
export { smallTalk } from './small-talk.ts'
export type { Script } from './small-talk.ts'
export type { ScriptMessage } from './chat-request.ts'
