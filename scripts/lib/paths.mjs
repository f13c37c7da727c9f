import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** An absolute path inside the checkout. */
export const inRoot = (...parts) => join(root, ...parts)
