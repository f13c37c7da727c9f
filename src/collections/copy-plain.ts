/**
 * Copies plain objects and arrays all the way down and keeps everything else (functions, promises, instances) as it is.
 * Payload's sanitising and its plugins write into the collections they are given, and one process may build two configs.
 */
export function copyPlain<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyPlain) as Value
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyPlain(entry)])) as Value
}
