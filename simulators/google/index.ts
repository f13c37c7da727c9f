export * from './create-google-simulator.ts'
