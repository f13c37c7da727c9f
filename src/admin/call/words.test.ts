import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { ENDED_REASONS } from '../../calls/ended-reason.ts'
import { CALL_STATUSES } from '../../collections/Calls/call-status.ts'
import { problemOf } from './problem-of.ts'
import { REASON_WORDS, sentenceOf, STATUS_WORDS } from './words.ts'

const guide = readFileSync(new URL('../../../docs/calls.md', import.meta.url), 'utf8')

/** The rows of the table under a heading of the guide. */
const rowsUnder = (word: string): string[] =>
  (guide.split(/^## /m).find((section) => section.split('\n')[0]?.includes(`\`${word}\``)) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))

describe('the words of a call', () => {
  it('should be those of the guide, status by status', () => {
    expect(rowsUnder('status')).toEqual(
      CALL_STATUSES.map((word) => `| \`${word}\` | ${STATUS_WORDS[word].label} | ${STATUS_WORDS[word].meaning} |`),
    )
  })

  it('should be those of the guide, reason by reason', () => {
    expect(rowsUnder('endedReason')).toEqual(
      ENDED_REASONS.map((word) => {
        const { label, meaning, advice } = REASON_WORDS[word]
        return `| \`${word}\` | ${label} | ${advice ? `${meaning} ${advice}` : meaning} |`
      }),
    )
  })
})

describe('the sentence of a call', () => {
  it('should say where it stands, then how it ended', () => {
    expect(sentenceOf({ status: 'ringing' })).toBe(STATUS_WORDS.ringing.meaning)
    expect(sentenceOf({ status: 'busy', endedReason: 'busy' })).toBe(REASON_WORDS.busy.meaning)
  })

  it('should name the number that took the caller over, and what a mailbox was left', () => {
    const transferred = { status: 'completed', endedReason: 'transferred', transferredTo: '+14155550177' } as const
    expect(sentenceOf(transferred)).toBe('The agent handed the caller to +14155550177.')
    const mailbox = { status: 'voicemail', endedReason: 'voicemail', endedDetail: 'A message was left.' } as const
    expect(sentenceOf(mailbox)).toBe('A mailbox answered. A message was left.')
  })
})

describe('the problem of a call', () => {
  const call = { id: 7, status: 'failed', direction: 'inbound', provider: 'telnyx', updatedAt: '' } as const

  it('should name what was found and lead to where it is put right', () => {
    const found = { ...call, endedReason: 'key-missing', endedDetail: 'Deepgram API key not configured.' } as const
    expect(problemOf(found)).toEqual({
      title: REASON_WORDS['key-missing'].meaning,
      detail: 'Deepgram API key not configured.',
      advice: 'Enter the missing key, then call again.',
      link: { label: 'Open API keys', url: '/admin/settings/api-keys' },
    })
  })

  it('should lead to the agent, else to the number, else to all agents', () => {
    const unpublished = { ...call, endedReason: 'agent-not-published' } as const
    expect(problemOf({ ...unpublished, agent: 3, phoneNumber: 4 })?.link?.url).toBe('/admin/collections/agents/3')
    expect(problemOf({ ...unpublished, phoneNumber: 4 })?.link?.url).toBe('/admin/collections/phone-numbers/4')
    expect(problemOf(unpublished)?.link?.url).toBe('/admin/collections/agents')
    expect(problemOf({ ...call, endedReason: 'unknown-number' })?.link?.url).toBe('/admin/collections/phone-numbers')
  })

  it('should be none where the call took its course', () => {
    expect(problemOf({ ...call, status: 'in-progress' })).toBeUndefined()
    expect(problemOf({ ...call, status: 'completed', endedReason: 'caller-hangup' })).toBeUndefined()
    expect(problemOf({ ...call, status: 'busy', endedReason: 'busy' })).toBeUndefined()
  })
})
