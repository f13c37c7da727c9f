export * from './create-exa-simulator.ts'
