import type { Endpoint } from 'payload'

/** Endpoints of our own under `/api`, beside Payload's generated REST. Fresh ones each time: some keep state. */
export const createEndpoints = (): Endpoint[] => []
