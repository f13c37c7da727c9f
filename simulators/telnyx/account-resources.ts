import { availableCreditOf } from './account.ts'
import { invalid, NOT_FOUND, ok, parseBody, refusal } from './answers.ts'
import type { TelnyxAccount } from './account.ts'
import type { Answer } from './answers.ts'

/** `GET /v2/balance` */
export function readBalance(account: TelnyxAccount): Answer {
  if (!account.mayReadBalance)
    return refusal(403, '10010', 'Authorization failed', 'You do not have permission to do that.')
  return ok({
    record_type: 'balance',
    balance: account.balance,
    credit_limit: account.creditLimit,
    available_credit: availableCreditOf(account),
    pending: '0.00',
    currency: account.currency,
  })
}

/** `GET /v2/phone_numbers`, by `page[number]` and `page[size]` */
export function listNumbers(account: TelnyxAccount, query: URLSearchParams): Answer {
  const size = Number(query.get('page[size]') ?? 20)
  const page = Number(query.get('page[number]') ?? 1)
  const numbers = account.numbers.slice((page - 1) * size, page * size).map((number) => ({
    id: number.replace('+', '1'),
    record_type: 'phone_number',
    phone_number: number,
    phone_number_type: 'local',
    country_iso_alpha2: 'US',
    status: 'active',
    connection_id: account.connectionId,
    tags: [],
  }))
  const meta = {
    page_number: page,
    page_size: size,
    total_pages: Math.ceil(account.numbers.length / size),
    total_results: account.numbers.length,
  }
  return { status: 200, body: { data: numbers, meta } }
}

/** `GET` and `PATCH /v2/call_control_applications/{id}`; the webhook URL can be set */
export function handleApplication(account: TelnyxAccount, isPatch: boolean, id: string, body: string): Answer {
  if (id !== account.connectionId) return NOT_FOUND
  if (isPatch) {
    const change = parseBody(body)
    if (!change || typeof change.application_name !== 'string') return invalid('application_name is required')
    if (typeof change.webhook_event_url !== 'string' || !URL.canParse(change.webhook_event_url)) {
      return invalid('webhook_event_url is required')
    }
    account.webhookUrl = change.webhook_event_url
  }
  return ok({
    id: account.connectionId,
    record_type: 'call_control_application',
    application_name: 'call-router',
    active: true,
    webhook_api_version: account.webhookApiVersion,
    webhook_event_url: account.webhookUrl ?? '',
    webhook_event_failover_url: null,
    webhook_timeout_secs: 25,
    outbound: { outbound_voice_profile_id: account.outboundVoiceProfileId },
    tags: [],
  })
}
