import { z } from 'zod'
import { noteAuditEvent } from '../../../audit/index.ts'
import { CSV_HEADER, toCsvLine, toJsonLine } from '../../../audit/export-lines.ts'
import { streamAuditRows } from '../../../audit/list-audit-rows.ts'
import type { AuditRow } from '../../../audit/audit-row.ts'
import { defineEndpoint } from '../../../rest/define-endpoint.ts'
import { AUDIT_LOG } from '../../slugs.ts'
import { readQuery } from '../read-query.ts'
import { requireReader } from '../require-reader.ts'

const date = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no date')
  .transform((text) => new Date(text).toISOString())
const text = z.string().min(1).max(200)

const query = z.strictObject({
  format: z.enum(['csv', 'jsonl']).default('csv'),
  from: date.optional(),
  to: date.optional(),
  provider: text.optional(),
  action: text.optional(),
  result: text.optional(),
  actor: text.optional(),
})

const FORMATS = {
  csv: { type: 'text/csv; charset=utf-8', header: CSV_HEADER, toLine: toCsvLine },
  jsonl: { type: 'application/jsonl; charset=utf-8', header: '', toLine: toJsonLine },
}

/** `GET /api/audit-log/export`: the log as a file, sent while it is read. */
export const exportLog = defineEndpoint({
  path: '/export',
  method: 'get',
  async handler(req) {
    const { id: tenant } = await requireReader(req)
    const { format, ...filter } = readQuery(req, query)
    const { payload } = req
    const { type, header, toLine } = FORMATS[format]
    noteAuditEvent({
      payload,
      tenant,
      actor: req.user ?? 'system',
      action: 'log.exported',
      subject: { collection: AUDIT_LOG, id: tenant },
      result: 'ok',
      details: { format, ...filter },
    })
    const name = `audit-log-${new Date().toISOString().slice(0, 10)}.${format}`
    return new Response(toStream({ pages: streamAuditRows({ payload, tenant, filter }), header, toLine }), {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      },
    })
  },
})

type ToStreamOptions = { pages: AsyncGenerator<AuditRow[]>; header: string; toLine(row: AuditRow): string }

/** Reads a page when the last one was taken; a reader who goes away ends it. */
function toStream({ pages, header, toLine }: ToStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      if (header) controller.enqueue(encoder.encode(header))
    },
    async pull(controller) {
      const { value, done } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value.map(toLine).join('')))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
}
