export * from './create-cartesia-simulator.ts'
export type * from './types.ts'
