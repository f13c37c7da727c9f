export * from './create-anthropic-simulator.ts'
