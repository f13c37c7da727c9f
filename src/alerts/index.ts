export type { AlertKind, AlertSeverity } from './alert-record.ts'
export { raiseAlert } from './raise-alert.ts'
export type { NewAlert } from './raise-alert.ts'
export { resolveAlerts } from './resolve-alerts.ts'
