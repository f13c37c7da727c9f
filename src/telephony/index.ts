export * from './create-telephony.ts'
export type { TelephonyDeadlines } from './deadlines.ts'
