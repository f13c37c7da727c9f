import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs'
import { CommandError } from '../command-error.ts'

const CHUNK = 1024 * 1024

/**
 * Overwrites a file where it lies, and removes it. What a file system or a disk keeps of former blocks, and every copy
 * and backup, stays: this is a courtesy, not a promise.
 * @throws CommandError where it is no plain file, or cannot be written to
 */
export function shredFile(path: string): void {
  if (!lstatSync(path).isFile()) throw new CommandError(`${path} is no plain file and was left as it is.`)
  try {
    const descriptor = openSync(path, 'r+')
    try {
      const { size } = lstatSync(path)
      for (let at = 0; at < size; at += CHUNK) {
        writeSync(descriptor, randomBytes(Math.min(CHUNK, size - at)), 0, undefined, at)
      }
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    rmSync(path)
  } catch (error) {
    throw new CommandError(`${path} could not be overwritten and removed (${(error as NodeJS.ErrnoException).code}).`)
  }
}
