export * from './create-simulator-server.ts'
export * from './timeline.ts'
