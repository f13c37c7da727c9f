import pino from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { scrubLine } from './scrub-line.ts'
import type { SecretsInUse } from './secrets-in-use.ts'

/** Names of fields whose values never belong in a log, wherever they stand. */
const SECRET_FIELDS = [
  'apiKey',
  'authToken',
  'password',
  'token',
  'secret',
  'credentials',
  'authorization',
  'cookie',
  'ciphertext',
]

type CreateLoggerOptions = { level: string; destination?: DestinationStream; secrets?: Pick<SecretsInUse, 'scrub'> }

/**
 * The process's logger: JSON lines on stdout, one event a line.
 * @param options.level pino level
 * @param options.destination another place to write to; stdout by default
 * @param options.secrets what no line may show by its value
 */
export const createLogger = ({ level, destination, secrets }: CreateLoggerOptions): Logger =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      hooks: { streamWrite: secrets ? (line) => secrets.scrub(scrubLine(line)) : scrubLine },
    },
    destination ?? pino.destination(1),
  )
