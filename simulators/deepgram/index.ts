export * from './create-deepgram-simulator.ts'
export * from './types.ts'
