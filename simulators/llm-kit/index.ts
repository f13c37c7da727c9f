export * from './create-llm-server.ts'
export * from './script-tools.ts'
export * from './stream-answer.ts'
export * from './write-answer.ts'
