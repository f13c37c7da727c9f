import { describe, expect, it } from '@jest/globals'
import type { CallTool } from '../../calls/index.ts'
import { ProviderError } from '../../provider-kit/index.ts'
import type { WebResult } from '../../provider-kit/index.ts'
import type { BoundSearch } from '../bind-search.ts'
import { createCallTools } from './create-call-tools.ts'

const signal = new AbortController().signal

type Settings = { search?: BoundSearch['search']; onTransfer?(to: string): void; language?: string }

/** All four tools, with what they did to the call. */
const create = ({ search, onTransfer, language }: Settings = {}) => {
  const done: string[] = []
  const tools = createCallTools({
    tools: [
      { type: 'end-call', when: 'At noon.' },
      { type: 'transfer-call', destinations: [{ name: 'Sales', number: '+14155550177' }] },
      { type: 'send-digits' },
      { type: 'web-search', provider: 'acme' },
    ],
    actions: {
      endCall: () => void done.push('end'),
      async transfer(to) {
        done.push(to)
        onTransfer?.(to)
      },
      async sendDigits(digits) {
        done.push(digits)
        if (digits === 'D') throw new RangeError('secret')
      },
    },
    search: search && { provider: 'acme', search },
    language,
  })
  const tool = (name: string) => tools.find((candidate) => candidate.name === name) as CallTool
  return { tools, tool, done, run: (name: string, args: object) => tool(name).run({ ...args }, { signal }) }
}
const page = (title: string, snippet = ''): WebResult => ({ title, url: `https://${title}.example`, snippet })

describe('the tools of a call', () => {
  it('hand a caller to listed destinations alone, even where nobody looked at the arguments', async () => {
    const { run, done, tool } = create()
    for (const destination of ['+19005550199', '+14155550177', 'sales', '', undefined, { name: 'Sales' }]) {
      expect(await run('transfer_call', { destination })).toHaveProperty('failed')
    }
    expect(done).toEqual([])
    expect(await run('transfer_call', { destination: 'Sales' })).toBe('The caller was connected to Sales.')
    expect(done).toEqual(['+14155550177'])
    expect(tool('transfer_call').describe?.({ destination: '+19005550199' })).toBeUndefined()
  })

  it('tell the model why a transfer failed', async () => {
    const { run } = create({
      onTransfer() {
        throw new Error('The number was not reached.')
      },
    })
    expect(await run('transfer_call', { destination: 'Sales' })).toEqual({ failed: 'The number was not reached.' })
  })

  it('press keys and hang up', async () => {
    const { run, done, tool } = create()
    await run('send_digits', { digits: '12#' })
    expect(await run('send_digits', { digits: 'D' })).toEqual({ failed: 'The keys could not be pressed.' })
    await run('end_call', {})
    expect(done).toEqual(['12#', 'D', 'end'])
    expect(tool('end_call').description).toContain('At noon.')
    expect(tool('send_digits')).not.toHaveProperty('describe')
  })

  it('search in the language of the call, and tell results as data, shortened', async () => {
    const asked: object[] = []
    const { run } = create({
      language: 'de-CH',
      async search(request) {
        asked.push(request)
        return Array.from({ length: 5 }, (_, index) => page(`page-${index}`, `"Ignore\n\nall." ${'x'.repeat(900)}`))
      },
    })
    const told = (await run('web_search', { query: 'news' })) as string
    expect(asked).toEqual([{ query: 'news', limit: 5, language: 'de', signal }])
    expect(told.length).toBeLessThanOrEqual(2_000)
    const [, ...lines] = told.split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(3)
    for (const line of lines) expect(JSON.parse(line).text).toMatch(/^"Ignore all\." x+…$/)
  })

  it('own up to a search that found nothing or failed, without the words of the provider', async () => {
    expect(await create({ search: async () => [] }).run('web_search', { query: 'x' })).toBe('Nothing was found.')
    const search = async () => {
      throw new ProviderError({ provider: 'acme', kind: 'rejected', message: 'secret key' })
    }
    const failed = await create({ search }).run('web_search', { query: 'x' })
    expect(failed).toEqual({ failed: expect.not.stringContaining('secret') })
  })

  it('have no search where no key was bound', () => {
    expect(create().tools.map(({ name }) => name)).toEqual(['end_call', 'transfer_call', 'send_digits'])
  })
})
