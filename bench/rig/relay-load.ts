import { openMediaStream } from '../../simulators/telnyx/media-stream.ts'
import type { MediaStream } from '../../simulators/telnyx/media-stream.ts'
import { createTicker } from '../../simulators/carrier-kit/ticker.ts'

export type RelayLoad = { close(): Promise<void> }

/** The carrier's end of so many media streams, each with a frame every 20 ms, at a server that is no product. */
export async function openRelayLoad({ url, streams }: { url: string; streams: number }): Promise<RelayLoad> {
  const ticker = createTicker()
  const closings: Promise<void>[] = []
  const opened: MediaStream[] = []
  for (let index = 0; index < streams; index++) {
    await new Promise<void>((open, fail) => {
      closings.push(
        new Promise((close) => {
          opened.push(
            openMediaStream({
              url,
              track: 'inbound_track',
              codec: 'PCMU',
              bidirectionalCodec: 'PCMU',
              authToken: undefined,
              clientState: undefined,
              callControlId: `relay-${index}`,
              callSessionId: `relay-${index}`,
              from: '+13125550100',
              to: '+14155551000',
              ticker,
              impairments: {},
              onOpen: open,
              onFailed: (status) => fail(new Error(`The relay answered ${status}.`)),
              onAgentFrame: () => {},
              onTick: () => {},
              onClose: () => close(),
            }),
          )
        }),
      )
    })
  }
  return {
    async close() {
      for (const stream of opened) stream.destroy()
      await Promise.all(closings)
      ticker.close()
    },
  }
}
