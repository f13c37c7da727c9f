export * from './create-soniox-simulator.ts'
export * from './types.ts'
