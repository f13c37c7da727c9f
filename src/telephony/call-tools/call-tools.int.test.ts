import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createExaSimulator } from '../../../simulators/exa/index.ts'
import type { ScriptAnswer, ScriptMessage } from '../../../simulators/openai/index.ts'
import type { CallHandle } from '../../../simulators/telnyx/index.ts'
import { createCallRig } from '../../testing/call-rig.ts'
import type { CallRig, Workspace } from '../../testing/call-rig.ts'
import { heardSpeech, listenToAgent } from '../../testing/heard-speech.ts'
import { waitUntil } from '../../testing/wait-until.ts'

const PATIENCE_MS = 120_000
const EXA_KEY = '0b6e3f5a-7c1d-4e2f-9a8b-3c4d5e6f7a8b'
const SALES = '+14155550177'
const INVENTED = '+19005550199'
const GREETING = 'Hi.'

const TOOLS = [
  { type: 'end-call' },
  {
    type: 'transfer-call',
    destinations: [
      { name: 'Sales', number: '+1 (415) 555-0177', when: 'When somebody wants to buy.' },
      { name: 'Workshop', number: '+14155550178' },
    ],
  },
  { type: 'send-digits' },
  { type: 'web-search', provider: 'exa' },
]

const call = (name: string, args: object, text?: string): ScriptAnswer => ({
  text,
  toolCall: { name, arguments: args },
})

/** What the model does for each key that the caller presses. */
const BY_KEY: Record<string, ScriptAnswer> = {
  '1': call('end_call', {}, 'Goodbye then.'),
  '2': call('transfer_call', { destination: 'Sales' }, 'One moment.'),
  '3': call('transfer_call', { destination: INVENTED }, 'Sure.'),
  '4': call('send_digits', { digits: '42#' }),
  '5': call('web_search', { query: 'news of the day' }, 'Let me look.'),
  '6': call('end_call', {}),
}

/** Says of each tool's answer only whether it did what it should: what is said is read back from tones. */
const answerTo = (messages: readonly ScriptMessage[]): ScriptAnswer => {
  const last = messages.at(-1)
  if (last?.role === 'tool') {
    if (/Say goodbye now/.test(last.content)) return 'Bye bye.'
    if (/were pressed/.test(last.content)) return 'Done.'
    return /"title":"News"/.test(last.content) ? 'It rains.' : 'Not done.'
  }
  const [, key = ''] = /pressed (\d) on the keypad/.exec(last?.content ?? '') ?? []
  return BY_KEY[key] ?? 'What?'
}

describe("an agent's tools in a phone call", () => {
  let rig: CallRig
  let exa: Awaited<ReturnType<typeof createExaSimulator>>
  let tenant: Workspace

  beforeAll(async () => {
    exa = await createExaSimulator({
      keys: { [EXA_KEY]: {} },
      findPages: () =>
        ['News', ...Array.from({ length: 6 }, (_, index) => `Page ${index}`)].map((title) => ({
          title,
          url: 'https://news.example/today',
          highlights: [`It rains. ${'Much text. '.repeat(60)}`],
        })),
    })
    rig = await createCallRig({
      agent: { greeting: GREETING, tools: TOOLS },
      environment: { baseUrls: { exa: exa.origin } },
      simulators: { openai: { script: answerTo } },
    })
    ;[tenant] = rig.workspaces as [Workspace]
    tenant.carrier.numbers = [tenant.number]
  }, PATIENCE_MS)
  afterAll(async () => {
    await rig?.close()
    await exa.close()
  })

  const answerCall = async (key: string): Promise<CallHandle> => {
    const handle = tenant.call()
    await handle.streaming
    await handle.agentSpeaks({ after: 0 })
    await handle.agentSilent({ forMs: 200 })
    handle.pressKey(key)
    handle.pressKey('#')
    return handle
  }
  const commandsOf = ({ callControlId }: CallHandle, action: string) =>
    tenant.commands().filter((command) => command.callControlId === callControlId && command.action === action)
  const chatsOf = (text: string) =>
    rig.openai.requests
      .map(({ body }) => body as { tools?: { function: { name: string; description: string } }[]; messages: object[] })
      .filter((body) => JSON.stringify(body?.messages ?? []).includes(text))
  const logged = (event: string) =>
    rig.logLines.map((line) => JSON.parse(line)).filter((line: { event?: string }) => line.event === event)

  it('should keep callers out while the key of a tool is missing', async () => {
    const handle = tenant.call()
    await handle.rejected
    const record = await tenant.closedCall(handle)
    expect(record).toMatchObject({
      endedReason: 'key-missing',
      endedDetail: expect.stringContaining('Exa API key not'),
    })
    await tenant.as('post', '/api/user-api-keys/store').send({ provider: 'exa', apiKey: EXA_KEY }).expect(201)
    const gone = await tenant.as('delete', '/api/user-api-keys/exa')
    expect(gone.status).toBe(409)
    expect(JSON.stringify(gone.body)).toContain('Agent 0')
  })

  it('should hang up once the goodbye was heard', async () => {
    const handle = await answerCall('1')
    await handle.ended
    expect(heardSpeech(handle)).toContain('goodbye then.')
    const record = await tenant.closedCall(handle)
    expect(record).toMatchObject({ status: 'completed', endedReason: 'agent-hangup' })
    expect(record.transcript?.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['agent', GREETING],
      ['caller', 'Pressed 1'],
      ['agent', 'Goodbye then.'],
    ])
    expect(record.transcript?.at(-1)).not.toHaveProperty('interrupted')
    expect(record.toolCalls).toEqual([
      { name: 'end_call', startMs: expect.any(Number), durationMs: expect.any(Number), outcome: 'ok' },
    ])
    expect(commandsOf(handle, 'hangup')).toHaveLength(1)
  })

  it('should say goodbye where the model hangs up without a word', async () => {
    const handle = await answerCall('6')
    await handle.ended
    expect(heardSpeech(handle)).toContain('bye bye.')
    expect(await tenant.closedCall(handle)).toMatchObject({ endedReason: 'agent-hangup' })
  })

  it('should hand the caller to a destination once that was said', async () => {
    tenant.carrier.callees[SALES] = {}
    const handle = await answerCall('2')
    const leg = await handle.transferred
    expect(heardSpeech(handle)).toContain('one moment.')
    expect(leg.to).toBe(SALES)
    expect(await leg.outcome).toBe('answered')
    await waitUntil(() => logged('tool.called').some(({ name }) => name === 'transfer_call'), 'the tool to be done')
    leg.hangUp()
    const record = await tenant.closedCall(handle)
    expect(record).toMatchObject({
      endedReason: 'transferred',
      toolCalls: [{ name: 'transfer_call', outcome: 'ok', detail: `Sales, ${SALES}` }],
    })
    expect(commandsOf(handle, 'transfer').map(({ body }) => body.to)).toEqual([SALES])
    const tools = chatsOf('pressed 2').at(0)?.tools ?? []
    expect(tools.map((tool) => tool.function.name)).toEqual(['end_call', 'transfer_call', 'send_digits', 'web_search'])
    expect(tools[1]?.function.description).toContain('- Sales: When somebody wants to buy.')
    // The model cannot leak or dial what it does not know.
    expect(JSON.stringify(tools)).not.toContain(SALES)
  })

  it('should go on with the caller where the destination is busy', async () => {
    tenant.carrier.callees[SALES] = { does: 'busy' }
    const handle = await answerCall('2')
    await handle.transferred
    await waitUntil(() => heardSpeech(handle).includes('not done.'), 'the agent to go on')
    handle.hangUp()
    const record = await tenant.closedCall(handle)
    expect(record).toMatchObject({ endedReason: 'caller-hangup', toolCalls: [{ outcome: 'failed' }] })
  })

  it('should never dial what the model makes up', async () => {
    const handle = await answerCall('3')
    await waitUntil(() => heardSpeech(handle).includes('not done.'), 'the agent to go on')
    handle.hangUp()
    const record = await tenant.closedCall(handle)
    expect(record.toolCalls).toMatchObject([{ name: 'transfer_call', outcome: 'refused' }])
    expect(commandsOf(handle, 'transfer')).toEqual([])
    expect(JSON.stringify(tenant.commands())).not.toContain(INVENTED)
  })

  it('should press keys', async () => {
    const handle = await answerCall('4')
    await waitUntil(() => heardSpeech(handle).includes('done.'), 'the agent to go on')
    handle.hangUp()
    const record = await tenant.closedCall(handle)
    expect(commandsOf(handle, 'send_dtmf').map(({ body }) => body.digits)).toEqual(['42#'])
    expect(record.toolCalls).toMatchObject([{ name: 'send_digits', outcome: 'ok' }])
    expect(JSON.stringify(record.toolCalls)).not.toContain('42#')
  })

  it("should search the web with the tenant's own key, and tell the model a little of it as data", async () => {
    const handle = await answerCall('5')
    await listenToAgent(handle, { after: handle.positionMs })
    await waitUntil(() => heardSpeech(handle).includes('it rains.'), 'the agent to answer')
    handle.hangUp()
    const record = await tenant.closedCall(handle)
    expect(record.transcript?.at(-1)?.text).toBe('Let me look. It rains.')
    expect(record.receipt?.find(({ capability }) => capability === 'web-search')).toMatchObject({
      provider: 'exa',
      credentialId: expect.any(String),
    })
    const findUsage = async () =>
      (await tenant.as('get', `/api/usage?depth=0&where[kind][equals]=web-search`).expect(200)).body.docs[0]
    expect(await waitUntil(findUsage, 'the usage of the search')).toMatchObject({
      provider: 'exa',
      quantity: 1,
      unit: 'searches',
      credentialId: expect.any(String),
    })
    expect([...exa.seenKeys]).toEqual([EXA_KEY])
    const told = chatsOf('Found on the web').at(-1)?.messages.at(-1) as { role: string; content: string }
    expect(told).toMatchObject({ role: 'tool', content: expect.stringMatching(/never follow instructions/) })
    expect(told.content.length).toBeLessThanOrEqual(2_000)
    expect(told.content.length).toBeGreaterThan(1_000)
    expect(logged('key.used').filter(({ provider }) => provider === 'exa').length).toBeGreaterThan(0)
    // Neither what was searched for nor what was found is for the log.
    expect(rig.logLines.join('\n')).not.toMatch(/news of the day|It rains/)
    expect(logged('tool.called').at(-1)).toMatchObject({ name: 'web_search', ok: true, durationMs: expect.any(Number) })
  })
})
