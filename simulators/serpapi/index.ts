export * from './create-serpapi-simulator.ts'
export type { SimulatedPage, SimulatedPlace } from './findings.ts'
