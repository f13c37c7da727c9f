import { createHash, randomBytes } from 'node:crypto'
import { createTelnyxSimulator } from '../../simulators/telnyx/index.ts'
import type * as Telnyx from '../../simulators/telnyx/index.ts'
import { createTwilioSimulator } from '../../simulators/twilio/index.ts'
import type * as Twilio from '../../simulators/twilio/index.ts'

/** What the carriers' simulators are made of, by the carrier's id. */
export type Carriers = {
  telnyx: {
    simulator: Telnyx.TelnyxSimulator
    account: Telnyx.TelnyxAccount
    call: Telnyx.CallHandle
    command: Telnyx.Command
    place: Telnyx.PlaceCallOptions
  }
  twilio: {
    simulator: Twilio.TwilioSimulator
    account: Twilio.TwilioAccount
    call: Twilio.CallHandle
    command: Twilio.Command
    place: Twilio.PlaceCallOptions
  }
}

export type CarrierId = keyof Carriers

/** A carrier that is set up for keys of tenants, as a rig drives it. */
export type CarrierStand<Id extends CarrierId = CarrierId> = {
  id: Id
  simulator: Carriers[Id]['simulator']
  /** The account that a key belongs to. */
  account(key: string): Carriers[Id]['account']
  /** What a tenant saves. */
  credentials(key: string): Record<string, string>
  placeCall(options: Carriers[Id]['place']): Carriers[Id]['call']
  commands(): readonly Carriers[Id]['command'][]
}

export const CARRIER_KEYS: Record<CarrierId, () => string> = {
  telnyx: () => `KEY${randomBytes(28).toString('hex').slice(0, 55)}`,
  twilio: () => randomBytes(16).toString('hex'),
}

/** The account SID that goes with an auth token. */
export const accountSidOf = (authToken: string): string =>
  `AC${createHash('sha256').update(authToken).digest('hex').slice(0, 32)}`

export const standAtTelnyx = (simulator: Telnyx.TelnyxSimulator): CarrierStand<'telnyx'> => ({
  id: 'telnyx',
  simulator,
  account: (key) => simulator.account(key),
  credentials(key) {
    const { publicKey, connectionId } = simulator.account(key)
    return { apiKey: key, publicKey, connectionId }
  },
  placeCall: (options) => simulator.placeCall(options),
  commands: () => simulator.commands,
})

export const standAtTwilio = (simulator: Twilio.TwilioSimulator): CarrierStand<'twilio'> => ({
  id: 'twilio',
  simulator,
  account: (key) => simulator.account(accountSidOf(key)),
  credentials: (key) => ({ accountSid: accountSidOf(key), authToken: key }),
  placeCall: (options) => simulator.placeCall(options),
  commands: () => simulator.commands,
})

const OPEN: { [Id in CarrierId]: (keys: readonly string[]) => Promise<CarrierStand<Id>> } = {
  telnyx: async (keys) => standAtTelnyx(await createTelnyxSimulator({ accounts: keys.map((apiKey) => ({ apiKey })) })),
  twilio: async (keys) => {
    const accounts = keys.map((authToken) => ({ accountSid: accountSidOf(authToken), authToken }))
    return standAtTwilio(await createTwilioSimulator({ accounts }))
  },
}

/** Opens a carrier with one account for each key. */
export const openCarrier = <Id extends CarrierId>(id: Id, keys: readonly string[]): Promise<CarrierStand<Id>> =>
  OPEN[id](keys)
