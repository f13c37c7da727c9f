import { connect } from 'node:net'

/** Sends bytes as they are and gives back all that comes until the connection ends or falls silent. */
export const sendRaw = (url: string, text: string, silenceMs = 400): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port) })
    let received = ''
    let timer: NodeJS.Timeout | undefined
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(received)
    }
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(finish, silenceMs)
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      received += chunk
      wait()
    })
    socket.on('error', finish)
    socket.on('close', finish)
    socket.on('connect', () => {
      socket.write(text, 'latin1')
      wait()
    })
  })
