export * from './answer-server.ts'
export * from './describe-conformance.ts'
export * from './read-fixtures.ts'
export * from './stand.ts'
