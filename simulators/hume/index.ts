export * from './create-hume-simulator.ts'
export type * from './types.ts'
