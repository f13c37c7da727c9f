export * from './read-tone-speech.ts'
export * from './synthesize-tone-speech.ts'
export * from './synthesize-linear-speech.ts'
