import type { CollectionConfig, JobsConfig } from 'payload'
import { nobody } from '../access/index.ts'
import { compositionOf } from '../composition.ts'
import { HEALTH_QUEUE, HEALTH_TASK, prepareHealthRound, runHealthRound } from './health-rounds.ts'

/** Once a minute. Every node's clock ticks; only the one that holds the lease finds a job. */
const CLOCK = {
  cron: '* * * * *',
  queue: HEALTH_QUEUE,
  limit: 1,
  disableScheduling: true,
  silent: { info: true },
}

/**
 * Payload's job queue, with the one task that is done regularly. The job is queued by the node that will run it, because
 * Payload's own schedules would let every node queue one, would wait for ever for one that died with its node, and keep
 * their times in a global that any signed-in user may change.
 */
export const createJobs = (): JobsConfig => ({
  access: { run: nobody, queue: nobody, cancel: nobody },
  // Payload starts the clock with the first request that it handles, in whatever process that is.
  autoRun: (payload) => (compositionOf(payload).healthRounds.isOn ? [CLOCK] : []),
  shouldAutoRun: (payload) => prepareHealthRound({ payload }),
  deleteJobOnComplete: true,
  tasks: [
    {
      slug: HEALTH_TASK,
      retries: 0,
      async handler({ req }) {
        await runHealthRound({ payload: req.payload })
        return { output: {} }
      },
    },
  ],
  jobsCollectionOverrides: ({ defaultJobsCollection }) => closed(defaultJobsCollection),
})

/** Nobody reaches the queue over HTTP. */
const closed = (collection: CollectionConfig): CollectionConfig => ({
  ...collection,
  access: {
    admin: () => false,
    create: nobody,
    read: nobody,
    readVersions: nobody,
    update: nobody,
    delete: nobody,
    unlock: nobody,
  },
  endpoints: false,
  graphQL: false,
})
