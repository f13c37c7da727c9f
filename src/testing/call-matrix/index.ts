export * from './combinations.ts'
export * from './make-matrix-call.ts'
export * from './open-matrix-world.ts'
export { QUESTIONS } from './script.ts'
