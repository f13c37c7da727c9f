import { describe, expect, it } from '@jest/globals'
import { isMetadataAddress, isWithinEndpoint, parseEndpoint } from './endpoint-address.ts'

describe('the address of a server', () => {
  it.each([
    ['http://gpu.internal:8000/v1', 'http://gpu.internal:8000/v1'],
    ['HTTP://GPU.Internal:8000/v1/', 'http://gpu.internal:8000/v1'],
    ['https://gpu.internal:443/', 'https://gpu.internal'],
    ['http://gpu.internal.:80/v1', 'http://gpu.internal/v1'],
    [' http://10.0.0.5:8000/v1 ', 'http://10.0.0.5:8000/v1'],
    ['http://0x0a.0.0.5:8000/v1', 'http://10.0.0.5:8000/v1'],
    ['http://[fd00::5]:8000/v1', 'http://[fd00::5]:8000/v1'],
    ['http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434/v1'],
  ])('should bring %j to %j', (text, address) => {
    expect(parseEndpoint(text)).toEqual({ address })
  })

  it.each([
    'gpu.internal:8000/v1',
    'ftp://gpu.internal/v1',
    'file:///etc/passwd',
    'http:gpu.internal/v1',
    'http://user@gpu.internal/v1',
    'http://user:secret@gpu.internal/v1',
    'http://@gpu.internal/v1',
    'http://gpu.internal/v1?x=1',
    'http://gpu.internal/v1?',
    'http://gpu.internal/v1#x',
    'http://gpu.internal/v1/../admin',
    'http://gpu.internal/v1/./x',
    'http://gpu.internal/v1/..',
    'http://gpu.internal/v1/%2e%2e/admin',
    'http://gpu.internal/v1/%2E./admin',
    'http://gpu.internal/v1%2fadmin',
    'http://gpu.internal/v1\\..\\admin',
    'http://gpu.internal//v1',
    'http://gpu.internal/v1;x',
    'http://gpu.internal/v 1',
    'http://169.254.169.254/latest',
    'http://0xa9fea9fe/latest',
    'http://2852039166/latest',
    'http://[::ffff:169.254.169.254]/latest',
    'http://[fd00:ec2::254]/latest',
    'http://[fd20:ce::254]/computeMetadata',
    'http://[fd00:c1::a9fe:a9fe]/opc',
    'http://[64:ff9b::a9fe:a9fe]/latest',
    'http://[2002:a9fe:a9fe::]/latest',
    'http://[::ffff:0:169.254.169.254]/latest',
    'http://[fe80::1]/v1',
    'http://100.100.100.200/v1',
    'http://168.63.129.16/v1',
    'http://192.0.0.192/v1',
    'http://0.0.0.0/v1',
    'http://metadata.google.internal/computeMetadata',
    'http://METADATA.google.internal./computeMetadata',
    'http://metadata/v1',
    'http://instance-data.ec2.internal/v1',
    `http://gpu.internal/${'x'.repeat(600)}`,
  ])('should refuse %j with a sentence', (text) => {
    expect(parseEndpoint(text).problem).toMatch(/^[A-Z].*\.$/)
  })

  it.each([
    ['http://gpu:8000/v1', 'http://gpu:8000/v1', true],
    ['http://gpu:8000/v1/team', 'http://gpu:8000/v1', true],
    ['http://gpu:8000/v1', 'http://gpu:8000', true],
    ['http://gpu:8000', 'http://gpu:8000', true],
    ['http://gpu:8000/v10', 'http://gpu:8000/v1', false],
    ['http://gpu:8000', 'http://gpu:8000/v1', false],
    ['http://gpu:8000/V1', 'http://gpu:8000/v1', false],
    ['https://gpu:8000/v1', 'http://gpu:8000/v1', false],
    ['http://gpu:8001/v1', 'http://gpu:8000/v1', false],
    ['http://gpu.evil.example:8000/v1', 'http://gpu:8000/v1', false],
  ])('should see of %j whether it lies within %j: %j', (address, allowed, isWithin) => {
    expect(isWithinEndpoint({ address, allowed })).toBe(isWithin)
  })

  it('should let every other private address pass, since an admin allowed it', () => {
    for (const address of ['10.0.0.5', '192.168.1.1', '127.0.0.1', '::1', 'fd00::5', '8.8.8.8', '64:ff9b::8.8.8.8']) {
      expect([address, isMetadataAddress(address)]).toEqual([address, false])
    }
    expect(isMetadataAddress('gpu.internal')).toBe(true)
  })
})
