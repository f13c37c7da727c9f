import type { PageLine } from '../output/page.ts'
import type { Finding, FindingKind, VaultExamination } from './examine-vault.ts'

type Group = { title: string; text: [one: string, many: (count: number) => string]; todo: string }

const RESTORE = 'Restore the database from a backup'
const ENTER_AGAIN = `${RESTORE}, or let the owners enter these keys again; "verify --mark" asks them to.`

const GROUPS: Record<FindingKind, Group> = {
  'does-not-open': {
    title: 'Stored keys',
    text: ['1 ciphertext does not open.', (count) => `${count} ciphertexts do not open.`],
    todo: ENTER_AGAIN,
  },
  'data-key': {
    title: 'Data keys',
    text: [
      '1 data key does not open, and nothing that was stored under it.',
      (count) => `${count} data keys do not open, and nothing that was stored under them.`,
    ],
    todo: `${RESTORE}. Keys that are entered again get a new data key.`,
  },
  'row-without-ciphertext': {
    title: 'Lost ciphertexts',
    text: ['1 key has a row and no ciphertext.', (count) => `${count} keys have a row and no ciphertext.`],
    todo: ENTER_AGAIN,
  },
  'ciphertext-without-row': {
    title: 'Orphans',
    text: [
      '1 ciphertext belongs to no key of its workspace.',
      (count) => `${count} ciphertexts belong to no key of their workspace.`,
    ],
    todo: 'A backup may bring the rows of provider-keys back. Otherwise delete these rows of vault-secrets.',
  },
  'gone-workspace': {
    title: 'Left behind',
    text: [
      '1 workspace was deleted and left something in the vault.',
      (count) => `${count} workspaces were deleted and left something in the vault.`,
    ],
    todo: 'Delete the rows of these workspaces in vault-secrets, vault-data-keys and provider-keys.',
  },
}

/** The lines of a page on what is stored: what was counted, and each kind of finding. */
export function describeExamination(examination: VaultExamination): PageLine[] {
  const { dataKeys, secrets, findings, more, marked, missingKeyIds, tenants } = examination
  const { byState } = secrets
  const lines: PageLine[] = []
  const isWhole = findings.length === 0
  if (isWhole || secrets.opened > 0 || secrets.total === 0) {
    const waiting = [
      ...(byState.former > 0 ? [`${byState.former} in grace`] : []),
      ...(byState.pending > 0 ? [`${byState.pending} being stored`] : []),
    ]
    lines.push({
      level: 'ok',
      title: 'What opens',
      text:
        `${secrets.opened} of ${secrets.total} ciphertexts and ${dataKeys.opened} of ${dataKeys.total} data keys of ` +
        `${tenants} workspace${tenants === 1 ? '' : 's'}: ${byState['in-use']} in use${waiting.length > 0 ? `, ${waiting.join(', ')}` : ''}.`,
    })
  }
  if (missingKeyIds.length > 0) {
    lines.push({
      level: 'problem',
      title: 'Missing key',
      text: `Data needs key-encryption keys that were not given: ${missingKeyIds.join(', ')}.`,
      todo: 'Name them in ENCRYPTION_KEYS_RETIRED. Nothing is lost as long as they exist.',
    })
  }
  for (const kind of Object.keys(GROUPS) as FindingKind[]) {
    // What waits for a key-encryption key is told above: nothing is wrong with it.
    const found = findings.filter((finding) => finding.kind === kind && finding.fault !== 'encryption-key-missing')
    if (found.length > 0) lines.push(describeGroup(kind, found))
  }
  if (more > 0) lines.push({ level: 'problem', title: 'And more', text: `${more} further findings are not listed.` })
  if (byState.expired > 0) {
    lines.push({
      level: 'warning',
      title: 'Past their grace',
      text: `${byState.expired} former ciphertext${byState.expired === 1 ? '' : 's'} of replaced keys wait to be destroyed.`,
      todo: 'The next change of any key, or the next start of the server, destroys them.',
    })
  }
  if (marked > 0)
    lines.push({ level: 'ok', title: 'Marked', text: `${marked} now ask their owners to enter them again.` })
  return lines
}

function describeGroup(kind: FindingKind, found: Finding[]): PageLine {
  const { title, text, todo } = GROUPS[kind]
  const [one, many] = text
  const items = found.map(describeFinding)
  return { level: 'problem', title, text: found.length === 1 ? one : many(found.length), items, todo }
}

/** One finding in a line: whose, which, why. */
export function describeFinding(finding: Finding): string {
  const { tenant, workspace, provider, credentialId, version, dataKeyId, state, reason } = finding
  const parts = [
    `workspace ${tenant}${workspace ? ` (${workspace})` : ''}`,
    ...(provider ? [provider] : []),
    ...(credentialId ? [`${credentialId} v${version}${state && state !== 'in-use' ? `, ${state}` : ''}`] : []),
    ...(dataKeyId ? [`data key ${dataKeyId}`] : []),
  ]
  return `${parts.join(', ')}: ${reason}`
}
