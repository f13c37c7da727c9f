import { isEnvironmentError } from './environment-error.ts'
import { loadEnvironment } from './load-environment.ts'

/** A command: exits with code 1 and one sentence where the variables cannot be used. */
try {
  loadEnvironment()
} catch (error) {
  if (!isEnvironmentError(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}
