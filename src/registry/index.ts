export * from './create-registry.ts'
export * from './registry-error.ts'
