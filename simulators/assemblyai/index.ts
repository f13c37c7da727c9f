export * from './create-assemblyai-simulator.ts'
export * from './types.ts'
