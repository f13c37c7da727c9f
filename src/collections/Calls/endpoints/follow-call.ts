import { resolveTenant } from '../../../access/index.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import type { LiveCall, LiveCallEvent } from '../../../server/runtime.ts'
import { findCall, requireLive } from './find-call.ts'

/** Proxies close what is silent for a minute or so. */
const KEEP_ALIVE_MS = 15_000

/**
 * `GET /api/calls/:id/events`: follows a live call by server-sent events, for everybody who may read it: `state`
 * (`status`, at the end `endedReason`), `transcript` and `latency` (an entry of the record's `transcript` or `turns`, with
 * its `index`; an entry that grew comes again). What has been so far comes first; the stream ends with the call.
 * 404 for calls of other workspaces, 409 `call_not_live` for a call that has ended.
 */
export const followCall = defineEndpoint({
  path: '/:id/events',
  method: 'get',
  async handler(req) {
    const tenant = await resolveTenant(req)
    const live = requireLive(await findCall({ req, tenant }), tenant)
    return new Response(streamEvents(live), {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      },
    })
  },
})

function streamEvents(live: LiveCall): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  let keepAlive: NodeJS.Timeout | undefined
  const finish = () => {
    clearInterval(keepAlive)
    stop()
  }
  return new ReadableStream({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      keepAlive = setInterval(() => write(': still live\n\n'), KEEP_ALIVE_MS)
      const end = () => {
        finish()
        controller.close()
      }
      if (live.follow) stop = live.follow({ onEvent: (event) => write(toText(event)), onEnd: end })
      else end()
    },
    cancel: finish,
  })
}

const toText = ({ type, data }: LiveCallEvent): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
