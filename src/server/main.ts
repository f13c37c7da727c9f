import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEnvironmentError, loadEnvironment, provideEnvironment } from '../env/index.ts'
import { isRegistryError } from '../registry/index.ts'
import { isStartError } from './start-error.ts'
import { startServer } from './start-server.ts'
import { stopOnSignals } from './shutdown.ts'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const isDevelopment = process.env.NODE_ENV !== 'production'

try {
  const environment = loadEnvironment()
  provideEnvironment(environment)
  const server = await startServer({ environment, directory: root, isDevelopment })
  stopOnSignals(server)
  console.log(`\nPatchbay is ready: ${server.url}/admin`)
  if (environment.generatedSecretsFile) {
    console.log(
      `Its secrets were generated and lie in ${environment.generatedSecretsFile}. Keep that file: without it the saved keys cannot be read.`,
    )
  }
} catch (error) {
  const isExpected = isEnvironmentError(error) || isRegistryError(error) || isStartError(error)
  console.error(isExpected ? `\n${(error as Error).message}` : error)
  process.exit(1)
}
