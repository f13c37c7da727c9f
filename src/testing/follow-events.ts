/** One server-sent event. */
export type SentEvent = { type: string; data: Record<string, unknown> }

/**
 * Follows server-sent events until the server ends them.
 * @param token of a session
 * @throws Error for any other answer than 200
 */
export async function followEvents(url: string, token: string): Promise<SentEvent[]> {
  const response = await fetch(url, { headers: { Authorization: `JWT ${token}` } })
  if (response.status !== 200) throw new Error(`The events were refused: HTTP ${response.status}.`)
  const text = await response.text()
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [type = '', data = ''] = block.split('\n')
      return { type: type.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) }
    })
}
