import { describe, expect, it } from '@jest/globals'
import { findDestinationProblem, parsePrivateDestination } from './index.ts'
import type { PrivateDestination } from './index.ts'

const opened = (...entries: string[]): PrivateDestination[] =>
  entries.map((entry) => {
    const parsed = parsePrivateDestination(entry)
    if (!parsed) throw new Error(`${entry} was not understood`)
    return parsed
  })

describe('findDestinationProblem', () => {
  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com/alerts?team=1',
    'https://hooks.example.com:443/',
    'https://hooks.example.com:8443/a',
    'https://HOOKS.EXAMPLE.COM./a',
    'https://bücher.example/haken',
    'https://93.184.216.34/',
    'https://[2606:4700:4700::1111]/',
    'https://internal.example.com/',
    'https://localhost.example.com/',
  ])('should find nothing wrong with %s', (url) => {
    expect(findDestinationProblem(url)).toBeUndefined()
  })

  it.each([
    // Plain, and in every form that a browser takes for the same address.
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://127.0.0.1./',
    'https://0.0.0.0/',
    'https://0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.100.100.200/',
    'https://168.63.129.16/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, Teredo.
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:93.184.216.34]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[2001:db8::1]/',
    // Names that lead inside.
    'https://localhost/',
    'https://LOCALHOST./',
    'https://ｌｏｃａｌｈｏｓｔ/',
    'https://api.localhost/',
    'https://localhost.localdomain/',
    'https://metadata/',
    'https://metadata.google.internal/computeMetadata/v1/',
    'https://db.internal/',
    'https://printer.local/',
    'https://kubernetes.default.svc.cluster.local/',
    'https://router.home.arpa/',
    'https://intranet/',
    'https://127.0.0.1.nip.io/',
    'https://localtest.me/',
    'https://a..example.com/',
  ])('should call %s internal', (url) => {
    expect(findDestinationProblem(url)).toMatch(/inside a private network|full address/)
  })

  it.each([
    ['http://hooks.example.com/', /must begin with https/],
    ['ftp://hooks.example.com/', /full address/],
    ['file:///etc/passwd', /full address/],
    ['gopher://hooks.example.com/', /full address/],
    ['hooks.example.com', /full address/],
    ['', /full address/],
    [`https://hooks.example.com/${'a'.repeat(2_000)}`, /full address/],
    ['https://ada:secret@hooks.example.com/', /user name and password/],
    ['https://127.0.0.1@hooks.example.com/', /user name and password/],
    ['https://hooks.example.com/#a', /after #/],
    ['https://hooks.example.com:22/', /standard port/],
    ['https://hooks.example.com:80/', /standard port/],
    ['https://hooks.example.com:1024/', /standard port/],
  ])('should say what is wrong with %s', (url, sentence) => {
    expect(findDestinationProblem(url)).toMatch(sentence)
  })

  it('should take http in development, and nothing internal even then', () => {
    expect(findDestinationProblem('http://hooks.example.com/', { allowsHttp: true })).toBeUndefined()
    expect(findDestinationProblem('http://127.0.0.1/', { allowsHttp: true })).toMatch(/inside/)
    expect(findDestinationProblem('http://localhost/', { allowsHttp: true })).toMatch(/inside/)
  })

  it('should take what the operator opened, and nothing beside it', () => {
    const rules = { opened: opened('10.1.0.0/16', 'hooks.acme.internal:8080', '[::1]:9000', '127.0.0.1:4000') }
    for (const url of [
      'https://10.1.2.3/',
      'https://10.1.2.3:8443/',
      'http://hooks.acme.internal:8080/alerts',
      'http://[::1]:9000/',
      'http://127.0.0.1:4000/',
      'http://2130706433:4000/',
    ]) {
      expect([url, findDestinationProblem(url, rules)]).toEqual([url, undefined])
    }
    for (const url of [
      'https://10.2.0.1/',
      'http://10.1.2.3/',
      'http://hooks.acme.internal:8081/',
      'https://hooks.acme.internal/',
      'http://[::1]:9001/',
      'http://127.0.0.1:4001/',
      'https://user:pass@hooks.acme.internal:8080/',
    ]) {
      expect([url, typeof findDestinationProblem(url, rules)]).toEqual([url, 'string'])
    }
  })

  it.each(['10.0.0.0/33', '10.0.0.0', 'host', 'host:0', 'host:70000', 'http://host:80', 'a b:80', '[::1]', ':80'])(
    'should not read %s as an entry of the operator’s list',
    (entry) => {
      expect(parsePrivateDestination(entry)).toBeUndefined()
    },
  )
})
