import type { Payload } from 'payload'

/**
 * Failures that nobody caught go to the log, which takes secrets out of them; Node would print them as they are.
 * A lost promise leaves the live calls alone. After an exception nobody knows what state things are in: exit 1.
 */
export function reportCrashes({ logger }: Pick<Payload, 'logger'>): void {
  process.on('unhandledRejection', (error) => {
    logger.error({ err: toError(error), msg: 'A failure was handled by nobody' })
  })
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: toError(error), msg: 'The server ends: an exception was handled by nobody' })
    process.exit(1)
  })
}

const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
