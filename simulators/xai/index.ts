export * from './create-xai-simulator.ts'
