export * from './create-registry.ts'
export * from './registry-error.ts'
export * from './why-off.ts'
