import type { AlertDoc } from './types.ts'

/** How grave an alert is, for people. */
export const SEVERITY_WORDS: Readonly<Record<AlertDoc['severity'], string>> = {
  info: 'Note',
  warning: 'Warning',
  critical: 'Critical',
}
