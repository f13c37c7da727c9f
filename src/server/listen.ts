import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from './start-error.ts'

/**
 * Listens, and answers with the port.
 * @throws StartError when the port is taken, forbidden or the host is not this machine's
 */
export const listen = ({ server, host, port }: { server: Server; host: string; port: number }): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(sentenceFor(error, host, port))))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

const sentenceFor = (error: NodeJS.ErrnoException, host: string, port: number): string => {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop the other program, or choose another port: PORT=${port + 1} npm start`
  if (error.code === 'EACCES') return `Port ${port} may not be opened by this user. Choose one above 1023 with PORT.`
  if (error.code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine. Correct HOST.`
  return `The server cannot listen on ${host}:${port} (${error.code}).`
}
