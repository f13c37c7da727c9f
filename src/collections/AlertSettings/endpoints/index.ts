import type { Endpoint } from 'payload'
import { changeSettings } from './change-settings.ts'
import { makeSecret } from './make-secret.ts'
import { readSettings } from './read-settings.ts'
import { createSendTest } from './send-test.ts'

/** Everything under `/api/alert-settings`; one count of tests for each server. */
export const createAlertSettingsEndpoints = (): Endpoint[] => [
  readSettings,
  changeSettings,
  makeSecret,
  createSendTest(),
]
