export * from './answer-server.ts'
export * from './describe-conformance.ts'
export * from './stand.ts'
