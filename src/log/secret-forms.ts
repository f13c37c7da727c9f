/** Base64 of a text depends on what stands before it: the three possible alignments, without the characters that mix. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
      .toString('base64')
      .replace(/=+$/, '')
    const own = text.slice(shift === 0 ? 0 : shift + 1, -1)
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** The ways in which a text may write a secret: plain, reversed, URL-encoded, as JSON, hex and base64. */
export const formsOf = (secret: string): string[] => [
  ...new Set([
    secret,
    [...secret].reverse().join(''),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(secret),
  ]),
]
