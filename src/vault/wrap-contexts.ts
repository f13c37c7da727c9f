/** What the wrap of a data key is bound to: JSON, keys in this order. */
export const dataKeyContext = ({ tenant, keyId }: { tenant: string; keyId: string }): Buffer =>
  Buffer.from(JSON.stringify({ v: 1, use: 'data-key', tenant, key: keyId }))

/** What the wrap of the canary is bound to. */
export const CANARY_CONTEXT = Buffer.from(JSON.stringify({ v: 1, use: 'canary' }))
