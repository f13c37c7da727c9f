import { describe, expect, it } from '@jest/globals'
import { numbersToCallFrom } from './numbers-to-call-from.ts'
import type { CarrierKey, NumberDoc } from './numbers-to-call-from.ts'

const providerNames = { telnyx: 'Telnyx', twilio: 'Twilio' }
const key = (provider: string, status: CarrierKey['status'] = 'valid', telephony = true): CarrierKey => ({
  provider,
  status,
  capabilities: { telephony },
})
const NUMBERS: NumberDoc[] = [
  { number: '+1', provider: 'twilio', label: 'Sales' },
  { number: '+2', provider: 'telnyx', agent: 8 },
  { number: '+3', provider: 'telnyx', agent: 7 },
]
const choose = (keys: CarrierKey[], numbers = NUMBERS) =>
  numbersToCallFrom({ agent: '7', numbers, keys, providerNames })
const order = (keys: CarrierKey[]) => choose(keys).numbers.map(({ number }) => number)

describe('the numbers to call from', () => {
  it("should be told in words, the agent's first", () => {
    expect(choose([key('telnyx'), key('twilio', 'unverified')])).toEqual({
      numbers: [
        { number: '+3', label: '+3 · Telnyx' },
        { number: '+1', label: '+1 · Sales · Twilio' },
        { number: '+2', label: '+2 · Telnyx' },
      ],
      carriersWithoutKey: [],
    })
  })

  it('should be those of carriers whose key may be used', () => {
    expect(choose([key('twilio', 'rejected')])).toEqual({ numbers: [], carriersWithoutKey: ['Twilio', 'Telnyx'] })
    expect(order([key('telnyx', 'undecryptable'), key('twilio')])).toEqual(['+1'])
    expect(order([key('telnyx', 'limited', false), key('twilio', 'limited')])).toEqual(['+1'])
  })

  it('should offer those of an empty account last', () => {
    const { numbers } = choose([key('telnyx', 'out-of-credit'), key('twilio')])
    expect(numbers.map(({ label }) => label)).toEqual([
      '+1 · Sales · Twilio',
      '+3 · Telnyx, out of credit',
      '+2 · Telnyx, out of credit',
    ])
  })
})
