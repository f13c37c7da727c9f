import { getPayload } from 'payload'
import { createConfig } from '../../../payload.config.ts'
import { createTestEnvironment } from '../../testing/create-test-environment.ts'
import { prepareHealthRound } from '../health-rounds.ts'

/** A node of its own process: takes the work, says so, and keeps it until somebody kills it. */
const { DATABASE_URI: databaseUri, LEASE_MS: leaseMs } = process.env
const payload = await getPayload({ config: createConfig(createTestEnvironment({ databaseUri })) })

const renew = async () => {
  const isRunner = await prepareHealthRound({ payload, leaseMs: Number(leaseMs) })
  console.log(isRunner ? 'holds the lease' : 'waits')
  setTimeout(() => void renew(), Number(leaseMs) / 4)
}
await renew()
