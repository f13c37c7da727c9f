export * from './decoder.ts'
export * from './library.ts'
export * from './recogniser.ts'
