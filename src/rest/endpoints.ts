import type { Endpoint } from 'payload'

/** Endpoints of our own under `/api`, beside Payload's generated REST. */
export const endpoints: Endpoint[] = []
